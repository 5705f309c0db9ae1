using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// A network whose parameters and children have the names that its constructor gives them, and no others: files and checkpoints rest on
/// these names. (TorchSharp would register every field a second time, under the name of the field.)
/// </summary>
/// <param name="name">Of the class, for messages.</param>
internal abstract class Network(string name) : nn.Module(name)
{
    /// <summary>Takes a child in.</summary>
    /// <returns>The child.</returns>
    protected T Add<T>(string name, T child)
        where T : nn.Module
    {
        register_module(name, child);
        return child;
    }

    /// <summary>Takes a parameter in, which is trained and saved.</summary>
    /// <returns>The parameter.</returns>
    protected Parameter Add(string name, Parameter parameter)
    {
        register_parameter(name, parameter);
        return parameter;
    }

    /// <summary>Takes a tensor in that is saved and not trained.</summary>
    /// <returns>The tensor.</returns>
    protected Tensor AddBuffer(string name, Tensor buffer)
    {
        register_buffer(name, buffer);
        return buffer;
    }

    /// <summary>Nothing: all is named by <see cref="Add{T}"/>.</summary>
    protected sealed override void RegisterComponents() { }
}

/// <summary>A <see cref="Network"/> that maps one value to another.</summary>
/// <param name="name">Of the class, for messages.</param>
internal abstract class Network<TInput, TOutput>(string name) : nn.Module<TInput, TOutput>(name)
{
    /// <inheritdoc cref="Network.Add{T}"/>
    protected T Add<T>(string name, T child)
        where T : nn.Module
    {
        register_module(name, child);
        return child;
    }

    /// <inheritdoc cref="Network.Add(string, Parameter)"/>
    protected Parameter Add(string name, Parameter parameter)
    {
        register_parameter(name, parameter);
        return parameter;
    }

    /// <inheritdoc cref="Network.AddBuffer"/>
    protected Tensor AddBuffer(string name, Tensor buffer)
    {
        register_buffer(name, buffer);
        return buffer;
    }

    /// <summary>Nothing: all is named by <see cref="Add{T}"/>.</summary>
    protected sealed override void RegisterComponents() { }
}
