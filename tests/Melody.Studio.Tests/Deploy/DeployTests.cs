using k8s;
using Melody.Studio.Tests.Cli;
using Melody.Tests;
using YamlDotNet.Core;

namespace Melody.Studio.Tests.Deploy;

/// <summary>
/// The files of <c>deploy/</c>, as far as no cluster is needed: they are YAML, what they name is there, the containers are locked down, and
/// the tool takes the commands that they give.
/// </summary>
public sealed class DeployTests
{
    private static readonly IReadOnlyList<Manifest> Objects =
    [
        .. new[] { "front.yaml", "worker.yaml", "shared.yaml" }.SelectMany(file => Manifest.Read("kubernetes", file)),
    ];

    private static IEnumerable<Manifest> OfKind(string kind) => Objects.Where(o => o.Text("kind") == kind);

    private static Manifest PodOf(Manifest deployment) => deployment.Find("spec", "template")!;

    private static Manifest ContainerOf(Manifest deployment) => PodOf(deployment).Find("spec", "containers", "0")!;

    private static string[] Words(Manifest list) => [.. list.Items.Select(item => item.ToString())];

    [Fact]
    public void Every_object_has_a_version_a_kind_and_a_name_of_its_own()
    {
        foreach (var o in Objects)
            Assert.NotEmpty(o.Text("apiVersion"));
        var names = Objects.Select(o => $"{o.Text("kind")} {o.Text("metadata", "name")}").ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(2, OfKind("Deployment").Count());
    }

    /// <summary>Kubernetes' client knows each field, and refuses one that it does not know.</summary>
    [Theory]
    [InlineData("front.yaml", 3)]
    [InlineData("worker.yaml", 2)]
    [InlineData("shared.yaml", 3)]
    public void Kubernetes_knows_every_field(string file, int count)
    {
        var text = File.ReadAllText(Path.Combine(Manifest.Folder, "kubernetes", file));
        Assert.Equal(count, KubernetesYaml.LoadAllFromString(text, strict: true).Count);
        var misspelt = text.Replace("spec:", "spek:", StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => KubernetesYaml.LoadAllFromString(misspelt, strict: true));
    }

    [Fact]
    public void Pods_are_probed_bounded_and_locked_down()
    {
        foreach (var deployment in OfKind("Deployment"))
        {
            var pod = PodOf(deployment).Find("spec")!;
            Assert.Equal("true", pod.Text("securityContext", "runAsNonRoot"));
            Assert.Equal("RuntimeDefault", pod.Text("securityContext", "seccompProfile", "type"));
            Assert.Equal("false", pod.Text("automountServiceAccountToken"));
            var container = ContainerOf(deployment);
            Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
            Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("ALL", container.Text("securityContext", "capabilities", "drop", "0"));
            var port = container.Text("ports", "0", "name");
            foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
            {
                Assert.Equal(port, container.Text(probe, "httpGet", "port"));
                Assert.StartsWith("/health/", container.Text(probe, "httpGet", "path"), StringComparison.Ordinal);
            }
            foreach (var amount in new[] { new[] { "requests", "cpu" }, ["requests", "memory"], ["limits", "memory"] })
                Assert.NotEmpty(container.Text(["resources", .. amount]));
        }
    }

    [Fact]
    public void What_is_named_is_there()
    {
        var claims = OfKind("PersistentVolumeClaim").Select(claim => claim.Text("metadata", "name")).ToList();
        var secrets = OfKind("Secret").ToDictionary(s => s.Text("metadata", "name"), s => s.Find("stringData")!.Entries.Keys.ToList());
        foreach (var deployment in OfKind("Deployment"))
        {
            var labels = PodOf(deployment).Find("metadata", "labels")!.Entries;
            foreach (var (name, value) in deployment.Find("spec", "selector", "matchLabels")!.Entries)
                Assert.Equal(value.ToString(), labels[name].ToString());
            var volumes = PodOf(deployment).Find("spec", "volumes")!.Items;
            foreach (var volume in volumes)
            {
                if (volume.Find("persistentVolumeClaim", "claimName") is { } claim)
                    Assert.Contains(claim.ToString(), claims);
                if (volume.Find("secret") is { } secret)
                    Assert.All(secret.Find("items")!.Items, item => Assert.Contains(item.Text("key"), secrets[secret.Text("secretName")]));
            }
            var container = ContainerOf(deployment);
            var mounted = container.Find("volumeMounts")!.Items.Select(mount => mount.Text("name")).Order(StringComparer.Ordinal);
            Assert.Equal(volumes.Select(volume => volume.Text("name")).Order(StringComparer.Ordinal), mounted);
            var reference = container.Find("env", "0", "valueFrom", "secretKeyRef")!;
            Assert.Contains(reference.Text("key"), secrets[reference.Text("name")]);
        }
        var service = Assert.Single(OfKind("Service"));
        var front = OfKind("Deployment").Single(d => d.Text("metadata", "name") == "melody-front");
        foreach (var (name, value) in service.Find("spec", "selector")!.Entries)
            Assert.Equal(value.ToString(), PodOf(front).Text("metadata", "labels", name));
        Assert.Equal(ContainerOf(front).Text("ports", "0", "name"), service.Text("spec", "ports", "0", "targetPort"));
        var scaler = Assert.Single(OfKind("HorizontalPodAutoscaler"));
        Assert.Contains(scaler.Text("spec", "scaleTargetRef", "name"), OfKind("Deployment").Select(d => d.Text("metadata", "name")));
        var rule = Assert.Single(Manifest.Read("kubernetes", "adapter-rule.yaml"));
        Assert.Equal(rule.Text("rules", "external", "0", "name", "as"), scaler.Text("spec", "metrics", "0", "external", "metric", "name"));
    }

    [Fact]
    public void The_composition_has_a_front_end_two_workers_and_a_database()
    {
        var compose = Assert.Single(Manifest.Read("compose.yaml"));
        var services = compose.Find("services")!.Entries;
        Assert.Equal(["database", "front", "worker"], services.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("2", services["worker"].Text("deploy", "replicas"));
        foreach (var name in new[] { "front", "worker" })
        {
            Assert.Equal("true", services[name].Text("read_only"));
            Assert.Equal("ALL", services[name].Text("cap_drop", "0"));
            Assert.Equal("service_healthy", services[name].Text("depends_on", "database", "condition"));
            foreach (var volume in services[name].Find("volumes")!.Items)
                Assert.Contains(volume.ToString().Split(':')[0], compose.Find("volumes")!.Entries.Keys);
        }
    }

    /// <summary>The tool reads each command to its end, where it misses the database, which the environment would name.</summary>
    [Fact]
    public async Task The_tool_takes_the_commands()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["keys"], "0123456789abcdef0123\n", TestContext.Current.CancellationToken);
        var compose = Assert.Single(Manifest.Read("compose.yaml")).Find("services")!.Entries;
        var commands = OfKind("Deployment")
            .Select(deployment => Words(ContainerOf(deployment).Find("args")!))
            .Append(Words(compose["front"].Find("command")!))
            .Append(Words(compose["worker"].Find("command")!));
        foreach (var command in commands)
            await DatabaseOptionTests.RefusedAsync(
                "--database",
                [.. command.Select(word => word.EndsWith("/api-keys", StringComparison.Ordinal) ? folder["keys"] : word)]
            );
    }

    [Fact]
    public void The_image_is_built_in_stages_and_runs_as_nobody_in_particular()
    {
        var lines = File.ReadAllLines(Path.Combine(Manifest.Folder, "Dockerfile"))
            .Where(line => !line.StartsWith('#') && line.Trim().Length > 0)
            .ToList();
        var stages = lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, stages.Count);
        Assert.DoesNotContain("sdk", stages[^1], StringComparison.Ordinal);
        Assert.True(int.Parse(Assert.Single(lines, line => line.StartsWith("USER ", StringComparison.Ordinal))[5..]) > 0);
        Assert.DoesNotContain(lines, line => line.StartsWith("ADD ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ENTRYPOINT [", StringComparison.Ordinal));
    }
}
