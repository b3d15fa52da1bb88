import Joule
import JouleTestSupport

/// NUTS as it is written in books: by recursion, one chain, plain loops, unit mass. It draws in the kernel's order,
/// so that the two can be compared number by number.
struct RecursiveTree {
  struct Point {
    var x: [Double]
    var z: [Double]
    var gradient: [Double]
    var energy: Double
  }

  /// A balanced stretch of a trajectory.
  struct Stretch {
    var first: [Double]
    var last: [Double]
    var sum: [Double]
  }

  let model: DifferentiableEnergyFunction<Double>
  let stepSize: Double
  /// Whether to look for turns between the halves of stretches too.
  var checksBetweenHalves = true

  private(set) var leafCount = 0
  private var stream: RandomStream
  private var startEnergy = 0.0
  private var subtreeWeight = 0.0
  private var isFirstLeaf = true
  private var candidate: [Double] = []
  private var moving: Point

  init(
    _ model: DifferentiableEnergyFunction<Double>, stepSize: Double, at x: [Double],
    using random: ChainRandom, chain: Int
  ) {
    self.model = model
    self.stepSize = stepSize
    let momenta = Tensor<Double>(
      normal: [1, x.count], using: random.advanced(by: chain))
    stream = random.stream(chain: chain, purpose: DrawPurpose.proposal + 1)
    moving = Point(x: x, z: momenta.elements, gradient: [], energy: 0)
    evaluate()
  }

  private mutating func evaluate() {
    var gradient = Tensor<Double>(zeros: [1, moving.x.count])
    moving.energy = model.energy(of: Tensor([moving.x]), gradient: &gradient)[0]
    moving.gradient = gradient.elements
  }

  private func hamiltonian(_ point: Point) -> Double {
    point.energy + Self.dot(point.z, point.z) / 2
  }

  /// One transition: where it ends, and the depth of its tree.
  mutating func transition(maximumDepth: Int) -> (x: [Double], depth: Int) {
    startEnergy = hamiltonian(moving)
    var ends = [moving, moving]  // backward, forward
    var sum = moving.z
    var weight = 1.0
    var chosen = moving.x
    var depth = 0
    while depth < maximumDepth {
      let forward = stream.nextWord() & 1 == 1 ? 1 : 0
      moving = ends[forward]
      isFirstLeaf = true
      subtreeWeight = 0
      guard let new = subtree(depth, step: forward == 1 ? stepSize : -stepSize) else { break }
      depth += 1
      if subtreeWeight >= weight || stream.uniform() < subtreeWeight / weight {
        chosen = candidate
      }
      weight += subtreeWeight
      let old = Stretch(first: ends[1 - forward].z, last: ends[forward].z, sum: sum)
      ends[forward] = moving
      sum = Self.add(sum, new.sum)
      if turns(old, new) { break }
    }
    return (chosen, depth)
  }

  /// 2^depth points from where the trajectory is; nil where it turns or diverges.
  private mutating func subtree(_ depth: Int, step: Double) -> Stretch? {
    guard depth > 0 else { return leaf(step) }
    guard let first = subtree(depth - 1, step: step) else { return nil }
    guard let second = subtree(depth - 1, step: step) else { return nil }
    if turns(first, second) { return nil }
    return Stretch(first: first.first, last: second.last, sum: Self.add(first.sum, second.sum))
  }

  private mutating func leaf(_ step: Double) -> Stretch? {
    let n = moving.x.count
    for i in 0..<n { moving.z[i] -= step / 2 * moving.gradient[i] }
    for i in 0..<n { moving.x[i] += step * moving.z[i] }
    evaluate()
    for i in 0..<n { moving.z[i] -= step / 2 * moving.gradient[i] }
    leafCount += 1
    let rise = hamiltonian(moving) - startEnergy
    guard rise <= 1000 else { return nil }
    let weight = MonteCarlo.exp(-rise)
    subtreeWeight += weight
    if isFirstLeaf || stream.uniform() < weight / subtreeWeight { candidate = moving.x }
    isFirstLeaf = false
    return Stretch(first: moving.z, last: moving.z, sum: moving.z)
  }

  private func turns(_ first: Stretch, _ second: Stretch) -> Bool {
    let sum = Self.add(first.sum, second.sum)
    if turns(first.first, second.last, sum) { return true }
    guard checksBetweenHalves else { return false }
    return turns(first.first, second.first, Self.add(first.sum, second.first))
      || turns(first.last, second.last, Self.add(first.last, second.sum))
  }

  private func turns(_ start: [Double], _ end: [Double], _ sum: [Double]) -> Bool {
    Self.dot(start, sum) <= 0 || Self.dot(end, sum) <= 0
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }
}
