// The code of docs/experts.md. ExpertsGuideTests checks that the page shows these very lines, and what the
// functions return.

// [begin: experts]
import Foundation
import Joule

/// An expert that knows one thing: how far points are from its centre. E = 8 (|x − c| − 1.5)².
func ring(around center: [Double]) -> EnergyFunction<Double> {
  EnergyFunction(variableCount: 2) { rows in
    let distance = (rows - Tensor(center)).squared().sum(along: 1).sqrt()
    return (distance - 1.5).squared() * 8
  }
}

let rings = [ring(around: [-1, 0]), ring(around: [1, 0])]

/// log ∫ exp(−E) dx, the same for both: 2π ∫ r exp(−8 (r − 1.5)²) dr from 0 on, but for e⁻¹⁸.
let ringLogPartition = log(2 * Double.pi * 1.5 * (Double.pi / 8).squareRoot())

/// On both rings.
func bothRings() throws -> ProductOfExperts<EnergyFunction<Double>> {
  try ProductOfExperts(rings)
}

/// On one ring or the other.
func eitherRing() throws -> MixtureOfExperts<EnergyFunction<Double>> {
  try MixtureOfExperts(rings, logPartitions: [ringLogPartition, ringLogPartition])
}
// [end: experts]

// [begin: sample]
/// Where 1,000 chains of Metropolis steps are after 200 of them, `[1000, 2]`.
func draws<Model: EnergyModel>(of model: Model) throws -> Tensor<Double>
where Model.Scalar == Double {
  let key = RandomKey(seed: 0)
  var chains = ParallelChains(
    MetropolisHastings(model, GaussianWalk(scale: 0.6)),
    at: Tensor(normal: [1000, 2], using: key.folded("starts")) * 1.5, key: key.folded("chains"))
  try chains.advance(by: 200)
  return chains.position
}
// [end: sample]

// [begin: closed]
typealias Normal = ExponentialFamilyModel<MultivariateGaussian>

/// A normal distribution by its mean and the lower triangle of its covariance.
func normal(_ mean: [Double], _ covariance: [Double]) throws -> Normal {
  try Normal(MultivariateGaussian(variableCount: mean.count), conventional: mean + covariance)
}

/// One expert is sure of x₀, the other of x₁; together they are sure of both.
func agreement(weight: Double = 1) throws -> Normal {
  try ProductOfExperts(
    [normal([-1, 0], [0.1, 0, 1.5]), normal([1, 0.5], [1.5, 0, 0.1])], weights: [1, weight]
  ).closedForm()
}

/// Two machines are one machine, with the hidden units of both.
func joined(
  _ first: RestrictedBoltzmannMachine<Float>, _ second: RestrictedBoltzmannMachine<Float>
) throws -> RestrictedBoltzmannMachine<Float> {
  try ProductOfExperts([first, second]).closedForm()
}
// [end: closed]

// [begin: train]
typealias Pair = ProductOfExperts<
  EitherEnergy<RestrictedBoltzmannMachine<Double>, FixedEnergy<IsingModel<Double>>>
>

/// A machine learns what a field that it is multiplied by does not know yet: that neighbours agree is given,
/// and stays as it is.
func learnt(from images: Dataset, height: Int, width: Int) throws -> Pair {
  let key = RandomKey(seed: 0)
  let statistics = DataStatistics<Double>(of: images, binarization: .none, key: key)
  let machine = RestrictedBoltzmannMachine(
    visibleMeans: statistics.smoothedMeans, hiddenCount: 8, using: key.folded("machine"))
  let neighbours = IsingModel<Double>(Lattice(height: height, width: width), coupling: 0.2)
  let trainer = Trainer(
    estimator: PersistentContrastiveDivergence(steps: 2, chains: 100) { (model: Pair) in
      RowCompleting(Gibbs(model), for: model)
    },
    optimizer: Adam(),
    plan: TrainingPlan(
      epochs: 600, learningRate: 0.02, schedule: .linear(to: 0), key: key.folded("training")))
  var run = trainer.start(
    try ProductOfExperts(machine, FixedEnergy(neighbours)), data: statistics)
  try trainer.train(&run, on: images)
  return run.model
}
// [end: train]

// [begin: picture]
/// Contours of a density on a grid, over those of the experts alone, with draws from it.
func plane<Model: EnergyModel>(
  _ title: String, _ explanation: String, of model: Model, experts: [any EnergyModel<Double>],
  draws: Tensor<Double>
) -> Chart where Model.Scalar == Double {
  let places = (-70...70).map { 0.05 * Double($0) }
  let points = Tensor(places.flatMap { x in places.map { [x, $0] } })
  func contours<E: EnergyModel>(_ name: String, _ energy: E, _ levels: [Double]) -> Chart.Series
  where E.Scalar == Double {
    let energies = energy.energy(of: points)
    let heights = (energies.min() - energies).exp()
    return .contours(name: name, of: heights.elements, x: places, y: places, levels: levels)
  }
  let shown = (0..<draws.shape[0]).map { (x: draws[$0, 0], y: draws[$0, 1]) }
  return Chart(
    title: title, explanation: explanation, x: Chart.Axis("x₀", range: -3.5...3.5),
    y: Chart.Axis("x₁", range: -2.8...2.8),
    series: [
      contours("density", model, [0.1, 0.5, 0.9]),
      Chart.Series(name: "draws", points: shown, mark: .points),
    ] + experts.enumerated().map { contours("expert \($0)", $1, [0.5]) }, hasEqualUnits: true)
}

/// AND beside OR: of two normal distributions, and of two rings.
func andBesideOr() throws -> ChartSheet {
  let experts = [try normal([-1, 0], [0.1, 0, 1.5]), try normal([1, 0.5], [1.5, 0, 0.1])]
  let product = try ProductOfExperts(experts)
  let mixture = try MixtureOfExperts(experts)
  let random = ChainRandom(key: RandomKey(seed: 1))
  return ChartSheet([
    plane(
      "Product: and", "Two normal distributions: both have to agree.", of: product,
      experts: experts,
      draws: try product.closedForm().sample(count: 250, using: random)),
    plane(
      "Mixture: or", "The same two: one is enough.", of: mixture, experts: experts,
      draws: mixture.sample(count: 250, using: random)),
    plane(
      "Product: and", "Two rings: what is left are the two places where they cross.",
      of: try bothRings(), experts: rings, draws: try draws(of: bothRings()).rows(0..<250)),
    plane(
      "Mixture: or", "The same rings: all of both.", of: try eitherRing(), experts: rings,
      draws: try draws(of: eitherRing()).rows(0..<250)),
  ])
}
// [end: picture]
