public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// Checks of a model's own mathematics: its gradient, its partition function, its sampler and its moments, by ways that
/// have nothing in common with the code that is checked.
///
/// A gradient that is slightly wrong still trains, and a sampler that is slightly wrong still samples: only figures of
/// this kind show it. Anyone's model can be checked; what a model conforms to decides which checks there are.
public struct ModelVerification: Sendable {
  let key: RandomKey
  let workers: Workers
  /// Chains of the sampler's check.
  let chains: Int

  public init(chains: Int = 20_000, key: RandomKey, on workers: Workers = .single) {
    precondition(chains > 1, "a check of a sampler needs chains, got \(chains)")
    self.chains = chains
    self.key = key
    self.workers = workers
  }

  /// The most rows that are listed: three categories of 21 states have 9,261.
  public static let largestListing = 1 << 14

  /// ∂E/∂θ against differences of the energy along random directions.
  ///
  ///     ⟨Σ r ∂E/∂θ, u⟩ = (Σ r E(θ + εu) − Σ r E(θ − εu)) / 2ε + O(ε²)
  ///
  /// The bound is what rounding of the energies and the step leave, the latter from the difference between two steps.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - isMoved: which parameters by their names; by default all, and fewer where an energy is no smooth function of some.
  public func gradient<Model: ParametricEnergy>(
    of model: Model, at rows: Tensor<Model.Scalar>, moving isMoved: (String) -> Bool = { _ in true }
  ) -> VerificationCheck {
    let weights = Tensor<Model.Scalar>(normal: [rows.shape[0]], using: key.folded("weights"))
    let gradient = model.gradient(at: rows, rowWeights: weights, on: workers)
    let energies = Tensor<Double>(model.energy(of: rows))
    let size = zip(energies.elements, weights.elements).reduce(0) {
      $0 + abs($1.0 * Double($1.1))
    }
    let ulp = Double(Model.Scalar.ulpOfOne)
    let step = Double.pow(ulp, 1.0 / 3)
    var worst = (difference: 0.0, bound: 1.0)
    for number in 0..<8 {
      let direction = direction(of: model, number, moving: isMoved)
      let slope = dot(gradient, direction)
      func difference(_ step: Double) -> Double {
        func sum(_ sign: Double) -> Double {
          var moved = model
          moved.parameters.add(direction, scaledBy: Model.Scalar(sign * step))
          return Tensor<Double>(moved.energy(of: rows)).dot(Tensor<Double>(weights))
        }
        return (sum(1) - sum(-1)) / (2 * step)
      }
      let (near, far) = (difference(step), difference(2 * step))
      let bound = 4 * abs(near - far) + 64 * ulp * (size + 1) / step
      let found = (abs(slope - near), bound)
      if !(found.0 / found.1 <= worst.difference / worst.bound) { worst = found }
    }
    return VerificationCheck(
      name: "gradient", difference: worst.difference, bound: worst.bound,
      meaning:
        "the sum of energy gradients along a random direction, against differences of energies")
  }

  /// log Z and E_model[∂E/∂θ] of the enumeration against sums over all rows; nil where they are too many.
  public func logPartition<Model: EnumerableModel & ListedModel>(
    of model: Model
  ) -> [VerificationCheck]? {
    guard let rows = model.rows(listingAtMost: Self.largestListing),
      model.enumeratedBitCount <= 20
    else { return nil }
    let total = listedLogPartition(model, rows)
    let exact = ExactPartition.logPartition(of: model, on: workers)
    let ulp = Double(Model.Scalar.ulpOfOne)
    let size = Double(model.energy(of: rows).largestMagnitude) + abs(total) + 1
    let partition = VerificationCheck(
      name: "log Z", difference: abs(exact - total), bound: 256 * ulp * size,
      meaning: "the sum over one layer's states, against the sum of exp(-E) over all rows")

    // E_model[⟨∂E/∂θ, u⟩] = −∂ log Z/∂u.
    let probabilities = probabilities(model, rows, total)
    let mean = model.gradient(
      at: rows, rowWeights: Tensor(probabilities.map { Model.Scalar($0) }), on: workers)
    let step = Double.pow(ulp, 1.0 / 3)
    let direction = direction(of: model, 99)
    func slope(_ step: Double) -> Double {
      func moved(_ sign: Double) -> Double {
        var copy = model
        copy.parameters.add(direction, scaledBy: Model.Scalar(sign * step))
        return listedLogPartition(copy, rows)
      }
      return -(moved(1) - moved(-1)) / (2 * step)
    }
    let (near, far) = (slope(step), slope(2 * step))
    let moments = VerificationCheck(
      name: "moments", difference: abs(dot(mean, direction) - near),
      bound: 4 * abs(near - far) + 256 * ulp * size / step,
      meaning: "the model's expectation of the energy gradient, against differences of log Z")
    return [partition, moments]
  }

  /// Chains from exact starts after 1, 4 and 16 steps against the exact distribution; nil where rows are too many.
  ///
  /// The difference is the total variation V between frequencies and probabilities. Of n right chains its mean is known, and
  /// no chain moves it by more than 1/n, so that by McDiarmid's inequality
  ///
  ///     P(V > E V + 3/√n) ≤ e⁻¹⁸,   E V = ½ Σₓ E|Xₓ − n pₓ| / n,   Xₓ ~ Binomial(n, pₓ)
  ///
  /// Reference: C. McDiarmid, On the method of bounded differences, Surveys in Combinatorics (1989), lemma 1.2.
  public func sampler<Model: ListedModel, Kernel: TransitionKernel>(
    _ kernel: Kernel, of model: Model
  ) -> [VerificationCheck]? where Kernel.Scalar == Model.Scalar {
    guard let rows = model.rows(listingAtMost: Self.largestListing) else { return nil }
    let probabilities = probabilities(model, rows, listedLogPartition(model, rows))
    var stream = RandomStream(key: key.folded("starts"))
    let table = AliasTable(weights: probabilities)
    let starts = (0..<chains).map { _ in stream.categorical(table) }
    var state = kernel.makeState(at: rows.rows(at: starts))
    let places = Dictionary(
      (0..<rows.shape[0]).map { (rows.row($0).elements, $0) },
      uniquingKeysWith: { first, _ in first })
    let count = Double(chains)
    let bound =
      probabilities.reduce(0) { $0 + Self.meanDeviation(of: count, $1) } / (2 * count)
      + 3 / count.squareRoot()
    var checks: [VerificationCheck] = []
    for step in 1...16 {
      kernel.step(&state, using: ChainRandom(key: key.folded("steps"), step: step))
      guard [1, 4, 16].contains(step) else { continue }
      let position = kernel.position(of: state)
      var counts = [Double](repeating: 0, count: probabilities.count)
      var strangers = 0.0
      for chain in 0..<chains {
        if let place = places[position.row(chain).elements] {
          counts[place] += 1
        } else {
          strangers += 1
        }
      }
      let distance =
        zip(counts, probabilities).reduce(strangers / Double(chains)) {
          $0 + abs($1.0 / Double(chains) - $1.1)
        } / 2
      checks.append(
        VerificationCheck(
          name: "sampler, \(step) step\(step == 1 ? "" : "s")", difference: distance,
          bound: bound,
          meaning: "\(chains) chains from exact starts, against the exact distribution"))
    }
    return checks
  }

  /// The bound of a deep model's rows against log Σ exp(−E) over all that is latent, by listing; nil where rows of its machine
  /// are too many.
  ///
  ///     log Σ_u exp(−E([v, u])) ≥ −E(v)
  ///
  /// The difference is how far the bound is above the sum, at most: negative where it is below everywhere.
  public func bound<Model: DeepModel>(
    of model: Model
  ) -> VerificationCheck? where Model.Machine: ListedModel {
    guard let rows = model.machine.rows(listingAtMost: Self.largestListing) else { return nil }
    let data = rows.columns(0..<model.variableCount)
    let energies = Tensor<Double>(model.machine.energy(of: rows))
    var places: [[Model.Scalar]: [Int]] = [:]
    for row in 0..<rows.shape[0] { places[data.row(row).elements, default: []].append(row) }
    let bounds = Tensor<Double>(model.energy(of: data))
    let excess = places.values.map { listed in
      let logs = listed.map { -energies[$0] }
      return -bounds[listed[0]] - VectorKernels.best.logSumExp(logs.span)
    }
    let size = energies.largestMagnitude + bounds.largestMagnitude + 1
    return VerificationCheck(
      name: "bound",
      difference: excess.contains { $0.isNaN } ? .nan : excess.max() ?? 0,
      bound: 256 * Double(Model.Scalar.ulpOfOne) * size,
      meaning: "how far mean field's bound of any row is above the sum over its latent layers")
  }

  // MARK: Parts

  /// E|X − np| of X ~ Binomial(n, p).
  ///
  ///     2 k C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ⁺¹,   k = ⌊np⌋ + 1
  ///
  /// Reference: P. Diaconis, S. Zabell, Closed form summation for classical distributions, Statistical Science 6 (1991),
  /// eq. 1.1.
  private static func meanDeviation(of n: Double, _ p: Double) -> Double {
    let k = (n * p).rounded(.down) + 1
    if p <= 0 || k > n { return 0 }
    let logChoices = Double.logGamma(n + 1) - .logGamma(k + 1) - .logGamma(n - k + 1)
    return 2 * k * .exp(logChoices + k * .log(p) + (n - k + 1) * .log(onePlus: -p))
  }

  private func listedLogPartition<Model: EnergyModel>(
    _ model: Model, _ rows: Tensor<Model.Scalar>
  ) -> Double {
    let logs = Tensor<Double>(model.energy(of: rows)).elements.map { -$0 }
    return VectorKernels.best.logSumExp(logs.span)
  }

  private func probabilities<Model: EnergyModel>(
    _ model: Model, _ rows: Tensor<Model.Scalar>, _ total: Double
  ) -> [Double] {
    Tensor<Double>(model.energy(of: rows)).elements.map { Double.exp(-$0 - total) }
  }

  /// Signs at random, so that every parameter counts, as far as the model's parameters may move.
  func direction<Model: ParametricEnergy>(
    of model: Model, _ number: Int, moving isMoved: (String) -> Bool = { _ in true }
  ) -> ParameterSet<Model.Scalar> {
    var direction = model.parameters
    for index in direction.entries.indices {
      guard isMoved(direction.entries[index].name) else {
        direction.entries[index].value.scale(by: 0)
        continue
      }
      let draws = Tensor<Model.Scalar>(
        uniform: direction.entries[index].value.shape,
        using: key.folded("direction").folded(UInt64(number)).folded(UInt64(index)))
      let scale = 1 / Model.Scalar(Double(Swift.max(1, draws.count)).squareRoot())
      direction.entries[index].value = Tensor(
        shape: draws.shape, elements: draws.elements.map { $0 < 0.5 ? -scale : scale })
    }
    model.constrain(&direction)
    return direction
  }

  func dot<Scalar: TensorScalar>(
    _ a: ParameterSet<Scalar>, _ b: ParameterSet<Scalar>
  ) -> Double {
    zip(a.entries, b.entries).reduce(0) { sum, pair in
      let (x, y) = (Tensor<Double>(pair.0.value), Tensor<Double>(pair.1.value))
      return sum + zip(x.elements, y.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}

extension ParameterSet {
  /// self ← self + s other.
  mutating func add(_ other: ParameterSet, scaledBy factor: Scalar) {
    for index in entries.indices {
      entries[index].value.add(other.entries[index].value, scaledBy: factor)
    }
  }
}
