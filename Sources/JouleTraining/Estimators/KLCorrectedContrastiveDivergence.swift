public import JouleAlgebra
import JouleAutodiff
public import JouleCore
import JouleRandom
import JouleSampling
public import JouleTensor

/// Contrastive divergence with the term that it leaves out: the sampler moves with the parameters too.
///
///     L = E_data[E_θ(x)] − E[E_θ(x̃)]  +  E[E_θ̄(x̃(θ))] − w H(x̃(θ)),   θ̄ is θ held fixed
///     x̃(θ) = x_{k−1} − η ∇E_θ(x_{k−1}) + √(2η) ξ
///     H ≈ (n/N) Σ log |x̃ⱼ − its nearest neighbour| + const
///
/// CD minimises KL(data ‖ p) − KL(q ‖ p), q the law of the chains after k steps, and drops the gradient of the
/// second through q. Here it is kept, through the last step of Langevin dynamics: chains are to end where the
/// energy is low, and apart from each other. The chains start at the batch.
///
/// References: Y. Du, S. Li, J. Tenenbaum, I. Mordatch, Improved contrastive divergence training of
/// energy-based models, ICML 2021, arXiv:2012.01316, §3; L. Kozachenko, N. Leonenko, Problems of Information
/// Transmission 23 (1987), for H in n dimensions.
public struct KLCorrectedContrastiveDivergence<Model: EnergyExpression>: ObjectiveEstimator {
  /// k.
  public let steps: Int
  /// η.
  public let stepSize: Double
  /// w.
  public let entropyWeight: Double

  /// - Parameters:
  ///   - steps: k, at least 1.
  ///   - stepSize: η > 0 of `UnadjustedLangevin`.
  ///   - entropyWeight: w ≥ 0; 1 is the divergence itself.
  public init(steps: Int, stepSize: Double, entropyWeight: Double = 1) {
    precondition(steps > 0, "the chains make at least 1 step, got \(steps)")
    precondition(stepSize > 0 && stepSize.isFinite, "the step size is positive, got \(stepSize)")
    precondition(
      entropyWeight >= 0 && entropyWeight.isFinite,
      "the weight of the entropy is finite and not negative, got \(entropyWeight)")
    self.steps = steps
    self.stepSize = stepSize
    self.entropyWeight = entropyWeight
  }

  /// What the losses hold fixed: chains before and after their last step, and the neighbours.
  struct Chains: Sendable {
    /// x_{k−1}.
    var starts: Tensor<Model.Scalar>
    /// ξ.
    var noise: Tensor<Model.Scalar>
    /// x̃.
    var ends: Tensor<Model.Scalar>
    /// Where the nearest other end of every chain is.
    var neighbours: [Int]
  }

  func run(
    _ model: Model, from batch: Tensor<Model.Scalar>, using random: ChainRandom, on workers: Workers
  ) -> Chains {
    let kernel = UnadjustedLangevin(model, stepSize: stepSize)
    var pieces = RowPieces.ranges(batch.shape[0]).map {
      (rows: $0, starts: batch.rows($0), noise: batch.rows($0), ends: batch.rows($0))
    }
    workers.mutateEach(&pieces) { _, piece in
      let first = random.advanced(by: piece.rows.lowerBound)
      var state = kernel.makeState(at: piece.starts)
      for number in 0..<steps - 1 {
        kernel.move(&state, using: first.with(step: random.step * steps + number))
      }
      piece.starts = kernel.position(of: state)
      let last = first.with(step: random.step * steps + steps - 1)
      piece.noise.fillNormal(using: last)
      piece.ends = piece.starts
      piece.ends.add(model.energyGradient(at: piece.starts), scaledBy: -Model.Scalar(stepSize))
      piece.ends.add(piece.noise, scaledBy: Model.Scalar((2 * stepSize).squareRoot()))
    }
    let ends = Tensor(concatenating: pieces.map(\.ends), along: 0)
    return Chains(
      starts: Tensor(concatenating: pieces.map(\.starts), along: 0),
      noise: Tensor(concatenating: pieces.map(\.noise), along: 0), ends: ends,
      neighbours: ends.nearestOthers())
  }

  /// The losses of some rows, given what is held fixed.
  ///
  /// - Parameter fixed: the model with θ̄.
  func losses(
    _ model: Model, fixed: Model, _ chains: Chains, at batch: Tensor<Model.Scalar>,
    _ rows: Range<Int>, on tape: Tape<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>
  ) -> Value<Model.Scalar> {
    let data = model.checkedEnergy(of: tape.value(batch.rows(rows)), parameters)
    let negative = model.checkedEnergy(of: tape.value(chains.ends.rows(rows)), parameters)
    let start = tape.value(chains.starts.rows(rows))
    let slope = model.checkedEnergy(of: start, parameters).gradients(for: [start])[0]
    let noise = tape.value(chains.noise.rows(rows) * Model.Scalar((2 * stepSize).squareRoot()))
    let end = start - slope * Model.Scalar(stepSize) + noise
    let reached = model.checkedEnergy(of: end, ParameterValues(fixed.parameters, on: tape))
    let loss = data - negative + reached
    guard entropyWeight > 0, batch.shape[0] > 1 else { return loss }
    let neighbours = tape.value(chains.ends.rows(at: Array(chains.neighbours[rows])))
    // n log d = (n/2) log d²
    let factor = Model.Scalar(entropyWeight * Double(model.variableCount) / 2)
    return loss - (end - neighbours).squared().sum(along: 1).log() * factor
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout DrawKey,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let random = ChainRandom(key: state.key, step: step)
    let chains = run(model, from: batch, using: random, on: workers)
    model.accumulateGradient(
      ofMeanOver: batch.shape[0], in: model.workspace, into: &gradient, on: workers
    ) {
      losses(model, fixed: model, chains, at: batch, $0, on: $1, $2)
    }
  }

  public func objective(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey, on workers: Workers
  ) -> Double {
    objective(model, fixed: model, at: batch, step: step, state: state, on: workers)
  }

  /// L as a function of θ alone, for what is held fixed at θ̄.
  package func objective(
    _ model: Model, fixed: Model, at batch: Tensor<Model.Scalar>, step: Int, state: DrawKey,
    on workers: Workers
  ) -> Double {
    let random = ChainRandom(key: state.key, step: step)
    let chains = run(fixed, from: batch, using: random, on: workers)
    return model.mean(over: batch.shape[0], in: model.workspace, on: workers) {
      losses(model, fixed: fixed, chains, at: batch, $0, on: $1, $2)
    }
  }
}

extension Tensor {
  /// The row nearest to each row, itself left out; itself where it is alone.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func nearestOthers() -> [Int] {
    let norms = squared().sum(along: 1).elements
    let products = matmul(transposed()).elements
    let count = norms.count
    return norms.indices.map { row in
      var (nearest, least) = (row, Scalar.infinity)
      for other in 0..<count where other != row {
        let distance = norms[other] - 2 * products[row * count + other]
        if distance < least { (nearest, least) = (other, distance) }
      }
      return nearest
    }
  }
}
