public import JouleCore
public import JouleTensor

/// Derivatives by central differences.
public enum FiniteDifferences {
  /// (f(θ + ε) − f(θ − ε)) / 2ε for every scalar of a parameter set, one after the other.
  public static func gradient(
    at parameters: ParameterSet<Double>, step: Double = 1e-5,
    of function: (ParameterSet<Double>) -> Double
  ) -> ParameterSet<Double> {
    var result = parameters.zeros()
    for entry in parameters.entries.indices {
      for index in 0..<parameters.entries[entry].value.count {
        let shape = parameters.entries[entry].value.shape
        func shifted(_ shift: Double) -> Double {
          var copy = parameters
          var elements = parameters.entries[entry].value.elements
          elements[index] += shift
          copy.entries[entry].value = Tensor(shape: shape, elements: elements)
          return function(copy)
        }
        var elements = result.entries[entry].value.elements
        elements[index] = (shifted(step) - shifted(-step)) / (2 * step)
        result.entries[entry].value = Tensor(shape: shape, elements: elements)
      }
    }
    return result
  }

  /// The largest difference between two sets of one layout, relative to the larger of 1 and the values; NaN
  /// where there is one.
  public static func largestDifference(
    _ a: ParameterSet<Double>, _ b: ParameterSet<Double>
  ) -> Double {
    zip(a.entries, b.entries).reduce(0) { worst, pair in
      zip(pair.0.value.elements, pair.1.value.elements).reduce(worst) {
        let difference = abs($1.0 - $1.1) / max(1, abs($1.0), abs($1.1))
        return difference > $0 || difference.isNaN ? difference : $0
      }
    }
  }
}
