// The recurrence of SruScan on a GPU: one thread a row, direction and channel, which walks along the steps.
// Tensors as in SruScan.cs: gates [rows, steps, 2, gateCount, width]; highway [rows, steps, 2, width], or none where the
// fourth gate holds it; recurrent and bias float32 [2, 2, width]; output [rows, steps, 2, width].
// bfloat16 is read and written as the upper half of a float32, so that no header is needed.

#define MOST_STEPS 64
#define HIGHWAY_SCALE 1.7320508f

typedef unsigned short bf16;

__device__ inline float get(const float* p) { return *p; }
__device__ inline void set(float* p, float v) { *p = v; }
__device__ inline float get(const bf16* p) { return __uint_as_float((unsigned)*p << 16); }

// round to nearest, ties to even
__device__ inline void set(bf16* p, float v)
{
    unsigned bits = __float_as_uint(v);
    *p = v != v ? 0x7fff : (bf16)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

__device__ inline float sigmoid(float x) { return 1.0f / (1.0f + __expf(-x)); }

// where a thread works, and the vectors of its channel
struct Place
{
    int row, direction, channel;
    float vf, vr, bf, br;

    __device__ Place(long long index, const float* recurrent, const float* bias, int width)
    {
        channel = (int)(index % width);
        direction = (int)(index / width % 2);
        row = (int)(index / width / 2);
        int first = direction * 2 * width + channel;
        vf = recurrent[first], vr = recurrent[first + width];
        bf = bias[first], br = bias[first + width];
    }

    __device__ int time(int step, int steps) const { return direction == 0 ? step : steps - 1 - step; }
    __device__ long long cell(int step, int steps) const { return ((long long)row * steps + time(step, steps)) * 2 + direction; }
};

template <typename T>
__device__ void forward(const T* gates, const T* highway, const float* recurrent, const float* bias, T* output,
    int rows, int steps, int width, int gateCount)
{
    long long index = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= (long long)rows * 2 * width) return;
    Place p(index, recurrent, bias, width);
    float state = 0;
    for (int step = 0; step < steps; step++)
    {
        long long cell = p.cell(step, steps), at = cell * width + p.channel;
        const T* gate = gates + cell * gateCount * width + p.channel;
        float u = get(gate), f = sigmoid(get(gate + width) + p.vf * state + p.bf), r = sigmoid(get(gate + 2 * width) + p.vr * state + p.br);
        float skip = (highway ? get(highway + at) : get(gate + 3 * width)) * HIGHWAY_SCALE;
        state = u + f * (state - u);
        set(output + at, skip + r * (state - skip));
    }
}

// dVectors float32 [rows, 2, 2, 2, width]: of recurrent and of bias, per row
template <typename T>
__device__ void backward(const T* gates, const T* highway, const float* recurrent, const float* bias, const T* dOutput,
    T* dGates, T* dHighway, float* dVectors, int rows, int steps, int width, int gateCount)
{
    long long index = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= (long long)rows * 2 * width) return;
    Place p(index, recurrent, bias, width);
    float before[MOST_STEPS];
    float state = 0;
    for (int step = 0; step < steps; step++)
    {
        before[step] = state;
        const T* gate = gates + p.cell(step, steps) * gateCount * width + p.channel;
        float u = get(gate), f = sigmoid(get(gate + width) + p.vf * state + p.bf);
        state = u + f * (state - u);
    }
    float carry = 0, dvf = 0, dvr = 0, dbf = 0, dbr = 0;
    for (int step = steps - 1; step >= 0; step--)
    {
        long long cell = p.cell(step, steps), at = cell * width + p.channel, first = cell * gateCount * width + p.channel;
        const T* gate = gates + first;
        float previous = before[step], u = get(gate);
        float f = sigmoid(get(gate + width) + p.vf * previous + p.bf), r = sigmoid(get(gate + 2 * width) + p.vr * previous + p.br);
        float next = u + f * (previous - u);
        float skip = (highway ? get(highway + at) : get(gate + 3 * width)) * HIGHWAY_SCALE;
        float d = get(dOutput + at), keep = (1 - r) * d;
        float dReset = (next - skip) * r * keep, dState = carry + d * r, dCandidate = dState * (1 - f), dForget = (previous - u) * f * dCandidate;
        set(dGates + first, dCandidate);
        set(dGates + first + width, dForget);
        set(dGates + first + 2 * width, dReset);
        set(highway ? dHighway + at : dGates + first + 3 * width, keep * HIGHWAY_SCALE);
        carry = dState * f + dForget * p.vf + dReset * p.vr;
        dvf += dForget * previous, dvr += dReset * previous, dbf += dForget, dbr += dReset;
    }
    float* vectors = dVectors + (long long)p.row * 8 * width + p.direction * 2 * width + p.channel;
    vectors[0] = dvf, vectors[width] = dvr, vectors[4 * width] = dbf, vectors[5 * width] = dbr;
}

#define FORWARD(NAME, T) extern "C" __global__ void NAME(const T* gates, const T* highway, const float* recurrent, const float* bias, T* output, \
    int rows, int steps, int width, int gateCount) { forward<T>(gates, highway, recurrent, bias, output, rows, steps, width, gateCount); }
#define BACKWARD(NAME, T) extern "C" __global__ void NAME(const T* gates, const T* highway, const float* recurrent, const float* bias, const T* dOutput, \
    T* dGates, T* dHighway, float* dVectors, int rows, int steps, int width, int gateCount) \
    { backward<T>(gates, highway, recurrent, bias, dOutput, dGates, dHighway, dVectors, rows, steps, width, gateCount); }

FORWARD(sru_forward_float32, float)
FORWARD(sru_forward_bfloat16, bf16)
BACKWARD(sru_backward_float32, float)
BACKWARD(sru_backward_bfloat16, bf16)
