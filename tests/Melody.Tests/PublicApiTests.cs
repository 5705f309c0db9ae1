using PublicApiGenerator;

namespace Melody.Tests;

/// <summary>What the library shows to the world is on record: a change of it is a decision, never an accident.</summary>
public sealed class PublicApiTests
{
    private static readonly System.Reflection.Assembly[] Assemblies = [typeof(MelodyException).Assembly, typeof(MusicModel).Assembly];
    private static readonly System.Reflection.Assembly[] All =
    [
        .. Assemblies,
        typeof(Melody.Extensions.DependencyInjection.MelodyServices).Assembly,
    ];

    /// <summary>To accept a change, copy the file that the message names over PublicApi.txt and look at the difference.</summary>
    [Fact]
    public void TheSurfaceIsTheRecordedOne()
    {
        var options = new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
            // it names what the compiler made
            ExcludeAttributes = [typeof(System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute).FullName!],
        };
        var actual = string.Join("\n", All.Select(assembly => assembly.GeneratePublicApi(options).ReplaceLineEndings("\n").Trim()));
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        File.WriteAllText(received, actual + "\n");
        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt")).ReplaceLineEndings("\n").Trim();
        Assert.True(
            expected == actual,
            $"The public surface is not the one in tests/Melody.Tests/PublicApi.txt; what it is now stands in {received}."
        );
    }

    [Fact]
    public void NoTensorAndNoForeignTypeIsPartOfIt()
    {
        var foreign = Assemblies
            .SelectMany(assembly => assembly.GetExportedTypes())
            .SelectMany(type => type.GetMembers())
            .SelectMany(Types)
            .Where(type => !Assemblies.Contains(type.Assembly) && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true)
            .Distinct();
        Assert.Empty(foreign);
    }

    private static IEnumerable<Type> Types(System.Reflection.MemberInfo member) =>
        (
            member switch
            {
                System.Reflection.MethodBase method => method
                    .GetParameters()
                    .Select(p => p.ParameterType)
                    .Append((method as System.Reflection.MethodInfo)?.ReturnType ?? typeof(void)),
                System.Reflection.PropertyInfo property => [property.PropertyType],
                System.Reflection.FieldInfo field => [field.FieldType],
                Type nested => [nested],
                _ => (IEnumerable<Type>)[],
            }
        ).SelectMany(Parts);

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];
}
