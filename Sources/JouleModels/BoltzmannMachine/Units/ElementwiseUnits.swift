import JouleRandom
import JouleTensor

/// Units of one column each that do not know of each other, written as functions of a single one.
///
/// The field of a unit is y = b + I. Everything is computed in Double, an element at a time: what needs
/// special functions has no vector kernels.
protocol ElementwiseUnits: Units {
  /// U(x) + b x: what the energy has beside its bias.
  func potential(_ x: Double, _ shape: [Double]) -> Double
  /// Γ at field y.
  func logPartition(_ y: Double, _ shape: [Double]) -> Double
  /// The mean and the variance at field y.
  func moments(_ y: Double, _ shape: [Double]) -> (mean: Double, variance: Double)
  /// The likeliest value at field y.
  func mode(_ y: Double, _ shape: [Double]) -> Double
  /// A value drawn at field y.
  func draw(_ y: Double, _ shape: [Double], using stream: inout RandomStream) -> Double
  /// The ends of what values can be.
  var support: ClosedRange<Double> { get }
  /// Whether only whole numbers are values.
  var isWhole: Bool { get }
}

extension ElementwiseUnits {
  var isWhole: Bool { false }

  public func parameters<S: TensorScalar>(
    means: Tensor<S>, variances: Tensor<S>, rowCount: Int
  ) -> [Tensor<S>] {
    // The field whose mean is the data's, by bisection: means grow with the field.
    let room = 1 / Double(rowCount + 2)
    let resting: [Tensor<S>] = restingParameters()
    let biases = (0..<width).map { unit in
      let shape = resting.dropFirst().map { Double($0.elements[unit]) }
      let (low, high) = (support.lowerBound, support.upperBound)
      let wish = Double(means.elements[unit])
      let target =
        high.isFinite && low.isFinite
        ? low + (high - low) * Swift.min(Swift.max((wish - low) / (high - low), room), 1 - room)
        : Swift.max(wish, low + room)
      var (left, right) = (-60.0, 60.0)
      for _ in 0..<60 {
        let middle = (left + right) / 2
        if moments(middle, shape).mean < target { left = middle } else { right = middle }
      }
      return S((left + right) / 2)
    }
    return [Tensor(biases)] + resting.dropFirst()
  }

  public func energies<S: TensorScalar>(
    of values: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    rowSums(values, parameters) { x, unit in potential(x, unit.shape) - unit.bias * x }
  }

  public func logPartitions<S: TensorScalar>(
    of input: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    rowSums(input, parameters) { i, unit in logPartition(i + unit.bias, unit.shape) }
  }

  public func formMeans<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    map(&input, parameters) { i, unit in moments(i + unit.bias, unit.shape).mean }
  }

  public func formVariances<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>]
  ) {
    map(&input, parameters) { i, unit in moments(i + unit.bias, unit.shape).variance }
  }

  public func formModes<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    map(&input, parameters) { i, unit in mode(i + unit.bias, unit.shape) }
  }

  public func formDraws<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>], using random: ChainRandom,
    purpose: UInt32
  ) {
    let units = unitParameters(parameters)
    var values = Tensor<Double>(input).elements
    for row in 0..<input.shape[0] {
      var stream = random.stream(chain: row, purpose: purpose)
      for (column, unit) in units.enumerated() {
        let place = row * width + column
        values[place] = draw(values[place] + unit.bias, unit.shape, using: &stream)
      }
    }
    input = Tensor<S>(Tensor<Double>(shape: input.shape, elements: values))
  }

  public func firstImpossible(in values: ArraySlice<Float>) -> Int? {
    values.firstIndex {
      !$0.isFinite || !support.contains(Double($0)) || (isWhole && $0 != $0.rounded())
    }.map { $0 - values.startIndex }
  }

  /// The parameters of every unit.
  func unitParameters<S: TensorScalar>(
    _ parameters: [Tensor<S>]
  ) -> [(bias: Double, shape: [Double])] {
    let numbers = parameters.map { Tensor<Double>($0).elements }
    return (0..<width).map { unit in
      (numbers[0][unit], numbers.dropFirst().map { $0[unit] })
    }
  }

  func rowSums<S: TensorScalar>(
    _ block: Tensor<S>, _ parameters: [Tensor<S>],
    _ term: (Double, (bias: Double, shape: [Double])) -> Double
  ) -> Tensor<Double> {
    var values = Tensor<Double>(block)
    apply(&values, unitParameters(parameters), term)
    return values.sum(along: 1)
  }

  func map<S: TensorScalar>(
    _ block: inout Tensor<S>, _ parameters: [Tensor<S>],
    _ function: (Double, (bias: Double, shape: [Double])) -> Double
  ) {
    var values = Tensor<Double>(block)
    apply(&values, unitParameters(parameters), function)
    block = Tensor<S>(values)
  }

  private func apply(
    _ values: inout Tensor<Double>, _ units: [(bias: Double, shape: [Double])],
    _ function: (Double, (bias: Double, shape: [Double])) -> Double
  ) {
    for row in 0..<values.shape[0] {
      for (column, unit) in units.enumerated() {
        let place = row * units.count + column
        values.elements[place] = function(values.elements[place], unit)
      }
    }
  }
}
