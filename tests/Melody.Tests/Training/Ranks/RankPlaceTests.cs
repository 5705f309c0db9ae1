using Melody.Training.Ranks;

namespace Melody.Tests.Training.Ranks;

public sealed class RankPlaceTests
{
    private static RankPlace Read(params (string Name, string Value)[] variables) =>
        RankPlace.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    [Fact]
    public void A_process_on_its_own_is_alone()
    {
        Assert.Same(RankPlace.Alone, Read());
        Assert.Same(RankPlace.Alone, Read(("WORLD_SIZE", "1")));
        // a job script of sbatch that reserved four tasks is not one of them
        Assert.Same(RankPlace.Alone, Read(("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4")));
    }

    [Fact]
    public void Mpirun_torchrun_and_srun_tell_who_is_who()
    {
        Assert.Equal(
            new RankPlace("mpirun", 3, 4, 1, 2, null),
            Read(
                ("OMPI_COMM_WORLD_RANK", "3"),
                ("OMPI_COMM_WORLD_SIZE", "4"),
                ("OMPI_COMM_WORLD_LOCAL_RANK", "1"),
                ("OMPI_COMM_WORLD_LOCAL_SIZE", "2")
            )
        );
        Assert.Equal(
            new RankPlace("torchrun", 5, 8, 1, 4, ("head", 29400)),
            Read(
                ("RANK", "5"),
                ("WORLD_SIZE", "8"),
                ("LOCAL_RANK", "1"),
                ("LOCAL_WORLD_SIZE", "4"),
                ("MASTER_ADDR", "head"),
                ("MASTER_PORT", "29400")
            )
        );
        Assert.Equal(
            new RankPlace("srun", 2, 3, 0, 2, ("gpu03", 0)),
            Read(
                ("SLURM_PROCID", "2"),
                ("SLURM_STEP_NUM_TASKS", "3"),
                ("SLURM_LOCALID", "0"),
                ("SLURM_STEP_TASKS_PER_NODE", "2,1"),
                ("SLURM_STEP_NODELIST", "gpu[03-04]")
            )
        );
    }

    [Theory]
    [InlineData("node7", "node7")]
    [InlineData("a,b", "a")]
    [InlineData("gpu[03-05,9],login", "gpu03")]
    [InlineData("n[8,9]", "n8")]
    [InlineData("n[12]", "n12")]
    public void The_first_machine_of_a_list_is_found(string nodes, string first) => Assert.Equal(first, RankPlace.FirstNode(nodes));

    [Theory]
    [InlineData("RANK", "4")]
    [InlineData("RANK", "-1")]
    [InlineData("WORLD_SIZE", "many")]
    [InlineData("MASTER_PORT", "0")]
    public void What_cannot_be_is_refused_by_name(string name, string value)
    {
        (string, string)[] variables = [("RANK", "1"), ("WORLD_SIZE", "4"), ("MASTER_ADDR", "head")];
        var changed = variables.Where(variable => variable.Item1 != name).Append((name, value)).ToArray();
        Assert.Contains($"{name} is '{value}'", Assert.Throws<MelodyException>(() => Read(changed)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 2, "2")]
    [InlineData("", 0, "0")]
    [InlineData("4,7", 1, "7")]
    [InlineData("3", 1, null)] // the launcher has chosen
    public void A_rank_takes_the_gpu_of_its_number(string? visible, int localRank, string? gpu) =>
        Assert.Equal(gpu, NcclCollectives.Gpu(visible, localRank));

    [Fact]
    public void Fewer_gpus_than_processes_are_refused() =>
        Assert.Contains("2 GPUs", Assert.Throws<MelodyException>(() => NcclCollectives.Gpu("0,1", 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_batch_is_divided_equally_or_refused()
    {
        Assert.Equal(4..8, new BatchShare(1, 3).Rows(12));
        int[] values = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.Equal([5, 6, 7, 8], new BatchShare(1, 2).Of(values, 4));
        int drawn = 0;
        Assert.Equal([2, 3], new BatchShare(1, 3).Draw(2, () => drawn++));
        Assert.Equal(6, drawn);
        Assert.Contains(
            "A batch of 10 cannot be divided equally among 4 ranks",
            Assert.Throws<MelodyException>(() => new BatchShare(0, 4).Rows(10)).Message,
            StringComparison.Ordinal
        );
    }
}
