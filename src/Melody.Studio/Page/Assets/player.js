// The player of the studio: sound, waveform, spectrogram, selection and keys. Its C# side is PlayerPanel.razor.

const smallestDrag = 4; // pixels below which a drag is a click
const smallestPassage = 0.1; // seconds

export const theme = () => localStorage.getItem("melody-theme");
export const setTheme = value => localStorage.setItem("melody-theme", value);

export const attach = (root, page) => new Player(root, page);

class Player {
  constructor(root, page) {
    this.page = page;
    this.audio = root.querySelector("audio");
    this.area = root.querySelector(".studio-canvases");
    this.peaksCanvas = root.querySelector(".studio-peaks");
    this.spectrumCanvas = root.querySelector(".studio-spectrum");
    this.button = root.querySelector("[data-play]");
    this.time = root.querySelector("[data-time]");
    this.loopBox = root.querySelector("[data-loop]");
    this.snapBox = root.querySelector("[data-snap]");
    this.peaks = [];
    this.seconds = 0;
    this.bar = 0;
    this.selection = null;
    this.picture = null;
    this.closing = new AbortController();
    const on = (target, kind, act) => target.addEventListener(kind, act, { signal: this.closing.signal });
    on(this.button, "click", () => this.toggle());
    for (const kind of ["play", "pause", "ended", "timeupdate", "loadedmetadata", "seeked"]) on(this.audio, kind, () => this.draw());
    on(this.audio, "play", () => this.follow());
    on(this.area, "pointerdown", e => this.press(e));
    on(this.area, "pointermove", e => this.drag(e));
    on(this.area, "pointerup", e => this.release(e));
    on(this.area, "pointercancel", () => (this.pressed = null));
    on(window, "keydown", e => this.key(e));
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.draw());
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.area);
  }

  load(source, peaks, seconds, bar, play) {
    Object.assign(this, { peaks, seconds, bar, selection: null, picture: null });
    this.audio.src = source;
    if (play) this.audio.play().catch(() => {});
    this.draw();
    this.listen(source);
  }

  // the same moment of another sound
  swap(source) {
    const at = this.audio.currentTime, playing = !this.audio.paused;
    this.audio.src = source;
    this.audio.currentTime = at;
    if (playing) this.audio.play().catch(() => {});
    this.picture = null;
    this.listen(source);
  }

  select(from, to) {
    this.selection = { from, to };
    this.draw();
  }

  position() {
    return this.audio.currentTime;
  }

  toggle() {
    if (!this.audio.paused) return this.audio.pause();
    if (this.selection && (this.audio.currentTime < this.selection.from || this.audio.currentTime >= this.selection.to))
      this.audio.currentTime = this.selection.from;
    this.audio.play().catch(() => {});
  }

  detach() {
    this.closing.abort();
    this.sizes.disconnect();
    this.audio.pause();
    this.audio.removeAttribute("src");
  }

  follow() {
    if (this.audio.paused) return;
    const { from, to } = this.selection ?? { from: 0, to: this.seconds };
    if (this.loopBox.checked && this.audio.currentTime >= to - 0.02) this.audio.currentTime = from;
    this.audio.loop = this.loopBox.checked && !this.selection;
    this.draw();
    requestAnimationFrame(() => this.follow());
  }

  at(event) {
    const box = this.area.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * this.seconds;
  }

  snapped(time) {
    return this.snapBox.checked && this.bar > 0 ? Math.min(Math.round(time / this.bar) * this.bar, this.seconds) : time;
  }

  press(event) {
    if (event.button !== 0) return;
    this.area.setPointerCapture(event.pointerId);
    this.pressed = { x: event.clientX, time: this.at(event), moved: false };
  }

  drag(event) {
    if (!this.pressed) return;
    this.pressed.moved ||= Math.abs(event.clientX - this.pressed.x) >= smallestDrag;
    if (!this.pressed.moved) return;
    const ends = [this.snapped(this.pressed.time), this.snapped(this.at(event))].sort((a, b) => a - b);
    this.selection = { from: ends[0], to: ends[1] };
    this.draw();
  }

  release(event) {
    if (!this.pressed) return;
    if (!this.pressed.moved) {
      this.audio.currentTime = this.at(event);
      this.selection = null;
    }
    this.pressed = null;
    if (this.selection && this.selection.to - this.selection.from < smallestPassage) this.selection = null;
    this.draw();
    this.tell();
  }

  tell() {
    const round = time => (time === undefined ? null : Math.floor(time * 100) / 100);
    this.page.invokeMethodAsync("SelectionChanged", round(this.selection?.from), round(this.selection?.to));
  }

  key(event) {
    const target = event.target;
    if (target.closest?.("input, textarea, select, [contenteditable]")) return;
    const control = event.ctrlKey || event.metaKey;
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === " " && !target.closest?.("button, summary, a")) this.toggle();
    else if (step && event.shiftKey) this.stretch(step);
    else if (step) this.audio.currentTime = Math.min(Math.max(this.audio.currentTime + step, 0), this.seconds);
    else if (event.key === "Escape" && this.selection) {
      this.selection = null;
      this.tell();
    } else if (event.key === "Delete") this.page.invokeMethodAsync("KeyPressed", "Delete");
    else if (control && event.key.toLowerCase() === "z") this.page.invokeMethodAsync("KeyPressed", "Undo");
    else if (!control && "1234".includes(event.key)) this.page.invokeMethodAsync("KeyPressed", event.key);
    else return;
    event.preventDefault();
    this.draw();
  }

  // the selection by keys: Shift and an arrow move its end
  stretch(step) {
    const unit = this.snapBox.checked && this.bar > 0 ? this.bar : 0.5;
    const now = this.selection ?? { from: this.snapped(this.audio.currentTime), to: this.snapped(this.audio.currentTime) };
    const to = Math.min(Math.max(now.to + step * unit, now.from), this.seconds);
    this.selection = to > now.from ? { from: now.from, to } : null;
    this.tell();
  }

  draw() {
    const now = this.audio.currentTime || 0;
    this.button.dataset.playing = String(!this.audio.paused);
    this.time.textContent = `${clock(now)} / ${clock(this.seconds)}`;
    this.area.setAttribute("aria-valuenow", now.toFixed(1));
    this.area.setAttribute("aria-valuetext", `${now.toFixed(1)} of ${this.seconds.toFixed(1)} seconds`);
    this.drawPeaks(now);
    this.drawSpectrum(now);
  }

  drawPeaks(now) {
    const { context, width, height } = sized(this.peaksCanvas);
    const style = getComputedStyle(this.area);
    const colour = name => style.getPropertyValue(name);
    const x = time => (this.seconds > 0 ? (time / this.seconds) * width : 0);
    context.clearRect(0, 0, width, height);
    if (this.bar > 0 && x(this.bar) > 6) {
      context.fillStyle = colour("--studio-line");
      for (let time = this.bar; time < this.seconds; time += this.bar) context.fillRect(Math.round(x(time)), 0, 1, height);
    }
    if (this.selection) {
      context.fillStyle = colour("--studio-chosen");
      context.fillRect(x(this.selection.from), 0, x(this.selection.to) - x(this.selection.from), height);
    }
    const count = this.peaks.length / 2;
    for (let column = 0; column < width && count > 0; column++) {
      let low = 0, high = 0;
      const end = Math.max(Math.floor(((column + 1) * count) / width), Math.floor((column * count) / width) + 1);
      for (let i = Math.floor((column * count) / width); i < end; i++) {
        low = Math.min(low, this.peaks[2 * i]);
        high = Math.max(high, this.peaks[2 * i + 1]);
      }
      context.fillStyle = colour(column < x(now) ? "--studio-played" : "--studio-wave");
      context.fillRect(column, ((1 - high) * height) / 2, 1, Math.max(((high - low) * height) / 2, 1));
    }
    this.drawPosition(context, x(now), height, colour("--studio-position"));
  }

  drawSpectrum(now) {
    const { context, width, height } = sized(this.spectrumCanvas);
    context.clearRect(0, 0, width, height);
    if (this.picture) context.drawImage(this.picture, 0, 0, width, height);
    const x = this.seconds > 0 ? (now / this.seconds) * width : 0;
    this.drawPosition(context, x, height, "#ffffff");
  }

  drawPosition(context, x, height, colour) {
    context.fillStyle = colour;
    context.fillRect(Math.round(x), 0, 2, height);
  }

  // the spectrogram is made here, of the sound that the browser has anyway
  async listen(source) {
    try {
      const response = await fetch(source, { signal: this.closing.signal });
      const sound = await new OfflineAudioContext(1, 1, 24000).decodeAudioData(await response.arrayBuffer());
      if (!this.audio.src.endsWith(source)) return; // another song came meanwhile
      this.picture = spectrogram(sound.getChannelData(0), sound.sampleRate);
      this.draw();
    } catch {
      this.picture = null; // without it there is still the waveform
    }
  }
}

const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function sized(canvas) {
  const scale = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * scale), height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return { context: canvas.getContext("2d"), width, height };
}

// logarithmic frequencies from 40 Hz, 70 dB of range, at most 800 columns
function spectrogram(samples, rate) {
  const size = 1024, bands = 96, columns = Math.min(800, Math.max(1, Math.floor(samples.length / 256)));
  const picture = new OffscreenCanvas(columns, bands), context = picture.getContext("2d");
  const image = context.createImageData(columns, bands);
  const levels = new Float32Array(columns * bands);
  const edge = band => Math.max(1, Math.round(((40 * Math.pow(rate / 80, band / bands)) * size) / rate));
  const real = new Float32Array(size), imaginary = new Float32Array(size);
  let loudest = -Infinity;
  for (let column = 0; column < columns; column++) {
    const start = Math.round(((column + 0.5) * samples.length) / columns) - size / 2;
    for (let i = 0; i < size; i++) {
      real[i] = (samples[start + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
      imaginary[i] = 0;
    }
    transform(real, imaginary);
    for (let band = 0; band < bands; band++) {
      let power = 1e-12;
      const end = Math.max(edge(band + 1), edge(band) + 1);
      for (let bin = edge(band); bin < end && bin < size / 2; bin++) power = Math.max(power, real[bin] ** 2 + imaginary[bin] ** 2);
      loudest = Math.max(loudest, (levels[column * bands + band] = 10 * Math.log10(power)));
    }
  }
  for (let column = 0; column < columns; column++)
    for (let band = 0; band < bands; band++) {
      const share = Math.min(Math.max((levels[column * bands + band] - loudest + 70) / 70, 0), 1);
      const pixel = 4 * ((bands - 1 - band) * columns + column);
      image.data[pixel] = 255 * Math.min(1, share * 1.6) * share;
      image.data[pixel + 1] = 200 * share * share;
      image.data[pixel + 2] = 40 + 160 * share * (1.4 - share);
      image.data[pixel + 3] = 255;
    }
  context.putImageData(image, 0, 0);
  return picture;
}

// fast Fourier transform in place, of a power of two
function transform(real, imaginary) {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let length = 2; length <= size; length <<= 1)
    for (let start = 0; start < size; start += length)
      for (let k = 0; k < length / 2; k++) {
        const angle = (-2 * Math.PI * k) / length, c = Math.cos(angle), s = Math.sin(angle);
        const a = start + k, b = a + length / 2;
        const r = real[b] * c - imaginary[b] * s, i = real[b] * s + imaginary[b] * c;
        real[b] = real[a] - r;
        imaginary[b] = imaginary[a] - i;
        real[a] += r;
        imaginary[a] += i;
      }
}
