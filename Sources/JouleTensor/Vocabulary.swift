public import JouleAlgebra
public import JouleRandom

// The names of other modules that stand in the signatures here, so that `import JouleTensor` is enough.

/// Whether a product takes a matrix as it is or transposed.
public typealias Transpose = JouleAlgebra.Transpose
/// What a matrix can do to a factorization or a solver.
public typealias LinearAlgebraError = JouleAlgebra.LinearAlgebraError
/// A function of one number, applied to every element.
public typealias UnaryFunction = JouleAlgebra.UnaryFunction
/// A function of two numbers, applied to pairs of elements.
public typealias BinaryFunction = JouleAlgebra.BinaryFunction
/// The name of a family of random sequences.
public typealias RandomKey = JouleRandom.RandomKey

/// Overlapping windows over pictures, as convolutions see them.
public typealias ImageWindows = JouleAlgebra.ImageWindows
