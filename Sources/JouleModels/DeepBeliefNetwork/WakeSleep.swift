public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The up-down algorithm: wake-sleep learning of a deep belief network, the top machine's term by
/// contrastive divergence.
///
/// - Awake: recognition draws h¹ … h^{L−1} from the data; what generates learns to give every layer from the
///   one above, and the top machine takes h^{L−1} for its data.
/// - Between: k Gibbs steps of the top machine lead from h^{L−1} to its negative term.
/// - Asleep: the network draws down from there; recognition learns to find what it drew.
///
/// Where bits of the data are missing (NaN) recognition sees them filled in, and generation learns of the others alone: that
/// is the gradient of the bound of log p(v_given); see ``DeepBeliefNetwork/filled(_:rounds:using:)``.
///
/// It is no gradient of one function: generation descends a bound of −log p(v), recognition the
/// divergence of q and p taken the other way round.
///
/// Reference: G. Hinton, S. Osindero, Y.-W. Teh, A fast learning algorithm for deep belief nets, Neural
/// Computation 18 (2006), §5 and appendix B.
public struct WakeSleep<Scalar: TensorScalar>: GradientEstimator {
  public typealias Model = DeepBeliefNetwork<Scalar>
  let steps: Int
  let fillingRounds: Int

  /// - Parameters:
  ///   - steps: k, at least 1.
  ///   - fillingRounds: of passes that fill in missing bits, at least 1.
  public init(steps: Int = 10, fillingRounds: Int = 5) {
    precondition(steps > 0, "the up-down algorithm needs k of at least 1, got \(steps)")
    self.steps = steps
    self.fillingRounds = fillingRounds
  }

  /// Nothing survives a step but storage; draws come from the key and the step.
  public struct State: Sendable, Archivable {
    let key: RandomKey
    var pieces: [Piece] = []

    public func archive(into archive: inout Archive, prefix: String) {}
    public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
  }

  /// What some rows of the batch add to the gradient.
  struct Piece: Sendable {
    var range: Range<Int>
    var gradient: ParameterSet<Scalar>
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Scalar>, key: RandomKey
  ) -> State { State(key: key) }

  public func estimate(
    _ model: Model, at batch: Tensor<Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Scalar>, on workers: Workers
  ) {
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.pieces.map(\.range) != ranges {
      state.pieces = ranges.map { Piece(range: $0, gradient: model.parameters.zeros()) }
    }
    let key = state.key
    let weight = 1 / Scalar(batch.shape[0])
    workers.mutateEach(&state.pieces) { _, piece in
      let random = ChainRandom(key: key, firstChain: piece.range.lowerBound, step: step)
      add(model, batch.rows(piece.range), weight, using: random, into: &piece.gradient)
    }
    model.begin(&gradient, scale: 0)
    for piece in state.pieces {
      for index in gradient.entries.indices {
        gradient.entries[index].value += piece.gradient.entries[index].value
      }
    }
  }

  private func add(
    _ model: Model, _ rows: Tensor<Scalar>, _ weight: Scalar, using random: ChainRandom,
    into gradient: inout ParameterSet<Scalar>
  ) {
    model.begin(&gradient, scale: 0)
    let top = model.top
    let factors = Tensor<Scalar>([rows.shape[0]], repeating: weight)
    let awake = model.awake(rows, rounds: fillingRounds, using: random.folded(0))
    var pair = top.complete(awake[model.directedCount])
    model.addGenerative(awake, factors, into: &gradient)
    model.addTop(pair.visible, pair.hiddenMean, factors, into: &gradient)

    var hidden = Tensor<Scalar>(zeros: pair.hiddenMean.shape)
    for number in 1...steps {
      let draws = random.folded(number)
      top.sampleHidden(of: pair, using: draws, into: &hidden)
      top.sampleVisible(given: hidden, using: draws, into: &pair.visible)
      top.formHidden(of: &pair)
    }
    model.addTop(pair.visible, pair.hiddenMean, -factors, into: &gradient)
    let asleep = model.generated(from: pair.visible, using: random.folded(steps + 1))
    model.addRecognition(asleep, factors, into: &gradient)
  }
}
