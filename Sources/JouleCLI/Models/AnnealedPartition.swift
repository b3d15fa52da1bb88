import Joule

extension LikelihoodRequest {
  /// Blocks of so few bits are summed out exactly without being asked: it takes seconds at most.
  private static var quickBits: Int { 16 }

  /// log Z of a machine of two blocks as the request wants it, and what to say of it: summed exactly, or annealed to and back.
  ///
  /// - Parameters:
  ///   - machine: whose smaller block is summed.
  ///   - annealsUnasked: whether a machine that is too large to be summed without being asked is annealed; else there is
  ///     no log Z then.
  ///   - anneal: by so many chains and steps.
  /// - Throws: a failure where the sum that is asked for is too large.
  func partition<Machine: EnumerableModel>(
    of machine: @autoclosure () -> Machine, annealsUnasked: Bool = true,
    anneal: (_ chains: Int, _ steps: Int) throws -> PartitionBracket
  ) throws -> (logPartition: LikelihoodReport.LogPartition?, warnings: [String]) {
    func annealed(_ chains: Int, _ steps: Int) throws -> (LikelihoodReport.LogPartition?, [String])
    {
      let bracket = try anneal(chains, steps)
      return (.init(bracket), [bracket.warning].compactMap { $0 })
    }
    if case .annealed(let chains, let steps) = method { return try annealed(chains, steps) }
    let machine = machine()
    let bits = machine.enumeratedBitCount
    if case .automatic = method, bits > Self.quickBits {
      return annealsUnasked ? try annealed(100, 1000) : (nil, [])
    }
    try require(
      bits <= ExactPartition.largestBitCount,
      "--exact sums \(bits < .max ? "2^\(bits) states" : "more states than can be numbered"), and "
        + "2^\(ExactPartition.largestBitCount) are the most: leave it out to anneal instead")
    let exact = ExactPartition.logPartition(of: machine, on: workers) {
      display.show($0, "summing 2^\(bits) states")
    }
    return (.init(exact: exact), [])
  }
}

extension LikelihoodReport {
  /// Refuses a likelihood that is no number.
  func requireFinite() throws(Failure) {
    try require(
      averageLogLikelihood?.isFinite == true,
      "the \(likelihoodName) is not finite: the model's weights are too large to be judged")
  }
}

extension LikelihoodReport {
  /// Says so where rows that can be counted come out likelier than certain, as no true log Z allows.
  mutating func doubtCertainty() {
    guard let average = averageLogLikelihood, average > 0 else { return }
    warnings.append(
      "the average \(likelihoodName) is above 0, and no row of categories has a probability above 1: log Z is far "
        + "too low, its chains are trapped in few of the model's states; learn more slowly, or with more steps an "
        + "update")
  }
}

/// log Z of a machine of two blocks, between annealing to it and back from its own samples.
struct AnnealedPartition<Machine: LatentVariableModel & AnnealableModel>
where Machine.Scalar == Float {
  let machine: Machine
  /// Chains of annealing in either direction.
  let chains: Int
  /// Steps of annealing in either direction, and of sampling from the start to the machine's samples.
  let steps: Int
  let request: LikelihoodRequest

  /// Temperatures are spaced by samples of their own, so that the weights do not depend on them.
  private var pilots: Int { max(1, chains / 2) }

  /// The rows that the chains which sample the machine start at are so many.
  var startCount: Int { chains + pilots }

  /// Means and example rows of the rows that are judged, as many at least as chains start at.
  func statistics(examples: Int = 0) -> DataStatistics<Float> {
    DataStatistics(
      of: request.rows.dataset, binarization: request.rows.binarization,
      exampleCount: max(examples, startCount), key: request.key.folded("examples"))
  }

  /// log Z from both sides.
  ///
  /// - Parameter ends: where annealing and the chains that sample the machine start.
  func bracket(_ ends: AnnealingEnds) throws -> PartitionBracket {
    let (key, workers, display) = (request.key, request.workers, request.display)
    let (sampling, samples) = try spaced(ends)
    let forward = try sampling.forward(chains: chains, key: key.folded("forward"), on: workers) {
      display.show(0.46 + $0 * 0.27, "annealing forward")
    }
    let reverse = try sampling.reverse(
      from: samples, key: key.folded("reverse"), on: workers
    ) { display.show(0.73 + $0 * 0.27, "annealing back") }
    return PartitionBracket(
      baseLogPartition: sampling.path.baseLogPartition, forward: forward, reverse: reverse)
  }

  /// Annealing whose temperatures are spaced by samples of the machine, and as many others as chains.
  func spaced(
    _ ends: AnnealingEnds
  ) throws -> (sampling: AnnealedImportanceSampling<Machine.Path>, samples: Tensor<Float>) {
    let (key, workers, display) = (request.key, request.workers, request.display)
    let path = machine.annealingPath(fromMeans: ends.baseMeans)
    let kernel = BlockGibbs(machine)
    var samples = ParallelChains(
      at: ends.start, key: key.folded("samples"), on: workers
    ) { _ in kernel }
    try samples.advance(by: steps, on: workers) {
      display.show($0 * 0.4, "sampling the model")
    }
    let rows = samples.position
    let pilot = AnnealedImportanceSampling(path, steps: (steps + 3) / 4)
    let profile = try pilot.profile(
      from: rows.rows(chains..<startCount), key: key.folded("pilot"), on: workers
    ) { display.show(0.4 + $0 * 0.06, "spacing the temperatures") }
    return (pilot.spaced(by: profile, steps: steps), rows.rows(0..<chains))
  }
}

/// Where annealing starts at either end of its path.
struct AnnealingEnds {
  /// Of the visible variables at the end that is known.
  var baseMeans: Tensor<Float>
  /// Where the chains that sample the machine start, `[startCount, visible]`.
  var start: Tensor<Float>
}
