// The code of docs/gradient-sampling.md. GradientSamplingGuideTests checks that the page shows these very lines,
// and what the functions return.

// [begin: energy]
import Foundation
import Joule

/// A bent valley: x₀ ~ N(0, 1), x₁ given x₀ ~ N(x₀²/2, 1), with its gradient.
let valley = DifferentiableEnergyFunction<Double>(variableCount: 2) { rows in
  var energies = Tensor<Double>(zeros: [rows.shape[0]])
  var gradient = rows
  for row in 0..<rows.shape[0] {
    let x = rows[row, 0]
    let rest = rows[row, 1] - x * x / 2
    energies[row] = x * x / 2 + rest * rest / 2
    gradient[row, 0] = x - x * rest
    gradient[row, 1] = rest
  }
  return (energies, gradient)
}
// [end: energy]

// [begin: langevin]
/// The variance of N(0, 1) as Langevin dynamics with steps of η sample it.
func varianceByLangevin(stepSize: Double, isAdjusted: Bool) throws -> VariableDiagnostics {
  let normal = QuadraticEnergy<Double>(precision: Tensor([[1]]))
  let starts = Tensor<Double>(normal: [64, 1], using: RandomKey(seed: 0))
  let square = Observable("x²") { $0.squared().sum(along: 1) }
  let plan = SamplingPlan(warmUp: 100, samples: 1000)
  if isAdjusted {
    var chains = ParallelChains(
      MetropolisAdjustedLangevin(normal, stepSize: stepSize), at: starts, key: RandomKey(seed: 1))
    return try chains.expectations(of: square, plan)[0]
  }
  var chains = ParallelChains(
    UnadjustedLangevin(normal, stepSize: stepSize), at: starts, key: RandomKey(seed: 1))
  return try chains.expectations(of: square, plan)[0]
}
// [end: langevin]

// [begin: moments]
/// Eight chains of any kernel along the valley: the mean and the square of both variables.
func moments<Kernel: TransitionKernel>(
  of kernel: Kernel
) throws -> (lines: [VariableDiagnostics], kernel: Kernel) where Kernel.Scalar == Double {
  var chains = ParallelChains(
    kernel, at: Tensor(normal: [8, 2], using: RandomKey(seed: 2)), key: RandomKey(seed: 3))
  let lines = try chains.expectations(
    of: Observable(["x0", "x1", "x0²", "x1²"]) {
      Tensor(concatenating: [$0, $0.squared()], along: 1)
    }, SamplingPlan(warmUp: 500, samples: 1000))
  return (lines, chains.kernel)
}
// [end: moments]

// [begin: hamiltonian]
/// Trajectories of twelve leapfrog steps, whose size is learnt.
func byHamiltonian() throws -> [VariableDiagnostics] {
  try moments(of: HamiltonianMonteCarlo(valley, steps: 12, adapting: .stepSize, jitter: 0.3)).lines
}
// [end: hamiltonian]

// [begin: nuts]
/// Trajectories that end where they turn back; step size and mass are learnt.
func byNoUTurn() throws -> (lines: [VariableDiagnostics], stepSize: Double, mass: [Double]) {
  let (lines, kernel) = try moments(of: NoUTurnSampler(valley))
  let inverse = kernel.metric.inverseMass
  return (lines, kernel.stepSize, [1 / inverse[0, 0], 1 / inverse[1, 1]])
}
// [end: nuts]

// [begin: transition]
/// What one step of NUTS tells, of four chains.
func oneTransition() -> HamiltonianTransition {
  let kernel = NoUTurnSampler(valley, stepSize: 0.3)
  var state = kernel.makeState(at: Tensor([[0, 0], [1, 1], [-2, 1], [3, 4]]))
  return kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 4)))
}
// [end: transition]

// [begin: warmup]
/// How a warm-up of 1,000 steps is divided.
func windows() -> (first: Int, masses: [Int], last: Int) {
  let schedule = WarmUpSchedule(steps: 1000)
  return (schedule.initial, schedule.windows, schedule.final)
}
// [end: warmup]

// [begin: funnel]
/// v ~ N(0, 9), x given v ~ N(0, eᵛ): where v is low the funnel is narrower than any step that suits the rest.
let funnel = DifferentiableEnergyFunction<Double>(variableCount: 2) { rows in
  var energies = Tensor<Double>(zeros: [rows.shape[0]])
  var gradient = rows
  for row in 0..<rows.shape[0] {
    let (v, x) = (rows[row, 0], rows[row, 1])
    energies[row] = v * v / 18 + v / 2 + x * x * exp(-v) / 2
    gradient[row, 0] = v / 9 + 0.5 - x * x * exp(-v) / 2
    gradient[row, 1] = x * exp(-v)
  }
  return (energies, gradient)
}

/// The same in other coordinates, v = 3 a and x = e^{v/2} b, where a and b are independent N(0, 1).
let straightened = QuadraticEnergy<Double>(precision: .identity(2))
// [end: funnel]

// [begin: divergences]
/// What NUTS says of itself in 500 draws of four chains.
func trouble<Model: DifferentiableEnergy>(
  with model: Model, targetAcceptance: Double = 0.8
) throws -> SamplerDiagnostics where Model.Scalar == Double {
  let key = RandomKey(seed: 5)
  var chains = ParallelChains(
    NoUTurnSampler(model, targetAcceptance: targetAcceptance),
    at: Tensor(normal: [4, 2], using: key.folded("starts")), key: key.folded("warm-up"))
  try chains.warmUp(steps: 500)
  let kernel = chains.kernel
  var state = kernel.makeState(at: chains.position)
  var (diverged, depths, energies) = ([Double](), [Double](), [Double]())
  for step in 0..<500 {
    let info = kernel.step(&state, using: ChainRandom(key: key.folded("draws"), step: step))
    diverged += info.diverged.map { $0 ? 1 : 0 }
    depths += (info.treeDepths ?? []).map(Double.init)
    energies += info.hamiltonians
  }
  func trace(_ values: [Double]) -> Trace {
    Trace(Tensor(shape: [500, 4], elements: values).transposed().elements, chainCount: 4)
  }
  return SamplerDiagnostics(
    divergent: trace(diverged), treeDepth: trace(depths), energy: trace(energies))
}
// [end: divergences]

// [begin: discrete]
/// A machine of six visible and four hidden units: its energy of real variables has a gradient, and says which of
/// its bits are worth turning.
let machine = RestrictedBoltzmannMachine<Double>(
  weights: Tensor(normal: [6, 4], using: RandomKey(seed: 6)), visibleBias: Tensor(zeros: [6]),
  hiddenBias: Tensor(zeros: [4]))

/// Both kernels that follow it, judged on all 64 states.
func guidedFlips() throws -> [KernelReport] {
  let oracle = KernelOracle(machine, over: StateSpace(binary: 6), draws: 200_000)
  return [
    try oracle.report(on: GibbsWithGradients(machine)),
    try oracle.report(on: DiscreteLangevin(machine, stepSize: 0.4)),
  ]
}
// [end: discrete]
