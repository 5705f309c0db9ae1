using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Melody.Tests.Architecture;

/// <summary>
/// Who uses whom, read from compiled assemblies: a room is a namespace, and an arrow runs to every room whose types stand in a signature, a
/// field, an attribute, a constraint or the code of a method. Constants leave no trace, for the compiler copies them.
/// </summary>
internal sealed class RoomGraph
{
    private readonly Dictionary<string, SortedDictionary<string, string>> _arrows = new(StringComparer.Ordinal);

    /// <param name="assemblies">Paths of assemblies, of which only the types of Melody count.</param>
    public RoomGraph(params IEnumerable<string> assemblies)
    {
        foreach (var path in assemblies)
        {
            using var assembly = AssemblyDefinition.ReadAssembly(path);
            foreach (var type in assembly.MainModule.GetTypes().Where(type => RoomOf(type) is not null))
            {
                var room = _arrows.TryGetValue(RoomOf(type)!, out var known) ? known : _arrows[RoomOf(type)!] = new(StringComparer.Ordinal);
                foreach (var used in Used(type).SelectMany(Parts))
                    if (RoomOf(used) is { } other && other != RoomOf(type))
                        room.TryAdd(other, $"{Outer(type).Name} uses {Outer(used).Name}");
            }
        }
    }

    /// <summary>All rooms.</summary>
    public IReadOnlyCollection<string> Rooms => _arrows.Keys;

    /// <summary>The rooms that a room uses, each with an example.</summary>
    public IReadOnlyDictionary<string, string> From(string room) =>
        _arrows.TryGetValue(room, out var arrows) ? arrows : new SortedDictionary<string, string>();

    /// <summary>The shortest way from a room back to itself, an example for each step; null where there is none.</summary>
    public IReadOnlyList<string>? CircleThrough(string room)
    {
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        var next = new Queue<string>([room]);
        while (next.TryDequeue(out var here))
            foreach (var there in From(here).Keys)
            {
                if (there == room)
                    return Way(before, room, here);
                if (before.TryAdd(there, here))
                    next.Enqueue(there);
            }
        return null;
    }

    private List<string> Way(Dictionary<string, string> before, string room, string last)
    {
        var steps = new List<string>();
        for (var (here, there) = (last, room); ; (here, there) = (before[here], here))
        {
            steps.Insert(0, $"{here} -> {there} ({From(here)[there]})");
            if (here == room)
                return steps;
        }
    }

    // Public types share the namespace Melody, on three floors: the project of values at the bottom, what a model is and what can be
    // asked of it, and on top the generator and the music without end, which do it.
    private static string? RoomOf(TypeReference type)
    {
        var outer = Outer(type);
        if (outer.Namespace is "Melody")
            return AssemblyOf(outer) is "Melody" && outer.Name is not ("MusicGenerator" or "ModelMusicGenerator" or "EndlessMusic")
                ? "Melody.Api"
                : AssemblyOf(outer);
        return outer.Namespace.StartsWith("Melody.", StringComparison.Ordinal) ? outer.Namespace : null;
    }

    private static string AssemblyOf(TypeReference type) =>
        type.Scope switch
        {
            AssemblyNameReference reference => reference.Name,
            ModuleDefinition module => module.Assembly.Name.Name,
            var scope => scope.Name,
        };

    private static TypeReference Outer(TypeReference type) => type.DeclaringType is { } outer ? Outer(outer) : type;

    // a generic or an array stands for its parts too
    private static IEnumerable<TypeReference> Parts(TypeReference? type) =>
        type switch
        {
            null or GenericParameter => [],
            GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
            FunctionPointerType pointer => pointer.Parameters.Select(p => p.ParameterType).Append(pointer.ReturnType).SelectMany(Parts),
            IModifierType modified => Parts(modified.ElementType).Concat(Parts(modified.ModifierType)),
            TypeSpecification specification => Parts(specification.ElementType),
            _ => [type],
        };

    private static IEnumerable<TypeReference?> Used(TypeDefinition type) =>
        [
            type.BaseType,
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. Attributes(type),
            .. Constraints(type),
            .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
            .. type.Properties.SelectMany(Attributes),
            .. type.Methods.SelectMany(Used),
        ];

    private static IEnumerable<TypeReference?> Used(MethodDefinition method)
    {
        IEnumerable<TypeReference?> signature =
        [
            method.ReturnType,
            .. method.Parameters.SelectMany(parameter => Attributes(parameter).Append(parameter.ParameterType)),
            .. Attributes(method),
            .. Constraints(method),
        ];
        if (!method.HasBody)
            return signature;
        return
        [
            .. signature,
            .. method.Body.Variables.Select(variable => variable.VariableType),
            .. method.Body.ExceptionHandlers.Select(handler => handler.CatchType),
            .. method.Body.Instructions.SelectMany(Used),
        ];
    }

    private static IEnumerable<TypeReference?> Used(Instruction instruction) =>
        instruction.Operand switch
        {
            TypeReference type => [type],
            MethodReference method =>
            [
                method.DeclaringType,
                method.ReturnType,
                .. method.Parameters.Select(parameter => parameter.ParameterType),
                .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
            ],
            FieldReference field => [field.DeclaringType, field.FieldType],
            _ => [],
        };

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute =>
            attribute
                .ConstructorArguments.Select(argument => argument.Value)
                .Concat(attribute.Properties.Select(property => property.Argument.Value))
                .OfType<TypeReference>()
                .Append(attribute.AttributeType)
        );

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType);
}
