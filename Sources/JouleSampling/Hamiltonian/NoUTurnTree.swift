import JouleCore
import JouleRandom
import RealModule

/// The numbers of one chain's tree; its points are in `TreeRooms`.
///
/// Weights of points are e^{H₀ − H}, H₀ that of the first.
struct NoUTurnTree: Sendable {
  /// How often the trajectory has been doubled.
  private(set) var depth = 0
  /// Direction of the doubling that is under way.
  private(set) var isForward = true
  /// The number of the point to come, within the sub-tree that is growing.
  var leaf = 0
  /// Points visited: gradient evaluations.
  private(set) var leafCount = 0
  /// Whether nothing more is to be done: it turned, diverged or is as deep as allowed.
  var isFinished = false
  private(set) var hasDiverged = false
  private(set) var hasMoved = false
  /// Whether the newest point is a fault of the model.
  private(set) var isFaulty = false
  /// The fault in words.
  var fault: TransitionFault.Reason?

  /// H of the point chosen so far.
  private(set) var hamiltonian: Double
  /// E and H of the point chosen in the sub-tree that is growing.
  private(set) var candidateEnergy = 0.0
  private var candidateHamiltonian = 0.0

  private let startHamiltonian: Double
  private let startKineticEnergy: Double
  /// log Σ of the weights: of the tree, of the sub-tree that is growing.
  private var logWeight = 0.0
  private var subtreeLogWeight = -Double.infinity
  private var acceptanceSum = 0.0
  private var stream: RandomStream

  /// A tree of one point.
  init(hamiltonian: Double, kineticEnergy: Double, stream: RandomStream) {
    self.hamiltonian = hamiltonian
    startHamiltonian = hamiltonian
    startKineticEnergy = kineticEnergy
    self.stream = stream
  }

  /// The mean of min(1, e^{H₀ − H}) over the points visited; 0 of a chain that could not start.
  var meanAcceptance: Double { leafCount == 0 ? 0 : acceptanceSum / Double(leafCount) }

  /// Draws the direction of the next doubling.
  mutating func startSubtree() {
    isForward = stream.nextWord() & 1 == 1
    leaf = 0
    subtreeLogWeight = -.infinity
  }

  /// Takes in a point of the growing sub-tree.
  ///
  /// - Returns: whether it is the sub-tree's candidate now: with the probability of its share of the weight.
  mutating func add(energy: Double, kineticEnergy: Double, midway: Double) -> Bool {
    leafCount += 1
    let found = energy + kineticEnergy
    let logRatio = startHamiltonian - found
    guard logRatio >= -TrajectoryEnd.largestRise, logRatio < .infinity else {
      isFaulty = TrajectoryEnd.isFault(
        energy: energy, hamiltonian: found, midway: midway, start: startKineticEnergy)
      hasDiverged = true
      isFinished = true
      return false
    }
    acceptanceSum += MetropolisTest.probability(ofLogRatio: logRatio)
    subtreeLogWeight = Self.logSum(subtreeLogWeight, logRatio)
    let accepts = leaf == 0 || stream.uniform() < Double.exp(logRatio - subtreeLogWeight)
    if accepts {
      candidateEnergy = energy
      candidateHamiltonian = found
    }
    return accepts
  }

  /// Joins the complete sub-tree.
  ///
  /// - Returns: whether its candidate is chosen: with probability min(1, its weight over the tree's), which
  ///   prefers points further away and leaves the target invariant all the same.
  mutating func joinSubtree() -> Bool {
    depth += 1
    let logRatio = subtreeLogWeight - logWeight
    let accepts = logRatio >= 0 || stream.uniform() < Double.exp(logRatio)
    logWeight = Self.logSum(logWeight, subtreeLogWeight)
    if accepts {
      hamiltonian = candidateHamiltonian
      hasMoved = true
    }
    return accepts
  }

  /// log(eᵃ + eᵇ); one of them is finite.
  private static func logSum(_ a: Double, _ b: Double) -> Double {
    let (high, low) = a > b ? (a, b) : (b, a)
    return high + Double.log(onePlus: Double.exp(low - high))
  }
}
