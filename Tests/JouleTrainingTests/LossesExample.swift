// The code of docs/losses.md. LossesGuideTests checks that the page shows these very lines, and what the
// functions return.

// [begin: classifier]
import Foundation
import Joule

/// E(x, y) of an image x of 64 pixels and a digit y, a one among ten: a network that sees both, and whose
/// energies are not negative, as the square losses want them.
struct DigitEnergy: EnergyExpression {
  typealias Scalar = Float
  let variableCount = 74
  var parameters: ParameterSet<Float>
  let workspace = Workspace<Float>()

  init(hidden: Int, key: RandomKey) {
    parameters = ParameterSet([
      .init(
        name: "hidden.weights", role: .weight,
        value: Tensor(normal: [74, hidden], using: key.folded("hidden")) * 0.15),
      .init(name: "hidden.bias", role: .bias, value: Tensor(zeros: [hidden])),
      .init(
        name: "output.weights", role: .weight,
        value: Tensor(normal: [hidden, 1], using: key.folded("output")) * 0.15),
      .init(name: "output.bias", role: .bias, value: Tensor([1])),
    ])
  }

  func energy(of rows: Value<Float>, _ p: ParameterValues<Float>) -> Value<Float> {
    let hidden = rows.affine(p["hidden.weights"], p["hidden.bias"]).swish()
    let output = hidden.affine(p["output.weights"], p["output.bias"]).softplus()
    return output.reshaped(to: [rows.shape[0]])
  }
}
// [end: classifier]

// [begin: train]
/// Trains a digit energy by a loss: the one trainer, with the loss for an estimator.
func classifier(
  by loss: EnergyLoss, images: Tensor<Float>, labels: [Int], epochs: Int = 30
) throws -> DigitEnergy {
  let answers = Answers<Float>.classes(10)
  let rows = Dataset(try answers.rows(images, labels: labels))
  let key = RandomKey(seed: 0)
  let trainer = Trainer(
    estimator: LossGradient<DigitEnergy>(loss, over: answers), optimizer: Adam(),
    plan: TrainingPlan(
      epochs: epochs, learningRate: 0.005, schedule: .linear(to: 0),
      regularizer: Regularizer(l2: 1e-4), key: key.folded("training")))
  var run = trainer.start(
    DigitEnergy(hidden: 64, key: key.folded("model")),
    data: DataStatistics(of: rows, binarization: .none, key: key.folded("statistics")))
  try trainer.train(&run, on: rows)
  return run.model
}

/// The share of images whose answer of least energy is not their label.
func errorRate(of model: DigitEnergy, images: Tensor<Float>, labels: [Int]) -> Double {
  let decisions = model.decisions(for: images, among: .identity(10))
  let errors = zip(decisions, labels).filter { $0 != $1 }.count
  return Double(errors) / Double(labels.count)
}
// [end: train]

// [begin: regressor]
/// E(x, y) of two numbers: a network of one hidden layer over both.
struct CurveEnergy: EnergyExpression {
  typealias Scalar = Float
  let variableCount = 2
  var parameters: ParameterSet<Float>
  let workspace = Workspace<Float>()

  init(hidden: Int, key: RandomKey) {
    let widths = [2, hidden, hidden, 1]
    parameters = ParameterSet(
      (0..<3).flatMap { layer -> [ParameterSet<Float>.Entry] in
        let scale = 1 / Float(widths[layer]).squareRoot()
        let weights = Tensor<Float>(
          normal: [widths[layer], widths[layer + 1]], using: key.folded(UInt64(layer)))
        return [
          .init(name: "\(layer).weights", role: .weight, value: weights * scale),
          .init(name: "\(layer).bias", role: .bias, value: Tensor(zeros: [widths[layer + 1]])),
        ]
      })
  }

  func energy(of rows: Value<Float>, _ p: ParameterValues<Float>) -> Value<Float> {
    let first = rows.affine(p["0.weights"], p["0.bias"]).swish()
    let second = first.affine(p["1.weights"], p["1.bias"]).swish()
    return second.affine(p["2.weights"], p["2.bias"]).reshaped(to: [rows.shape[0]])
  }
}

/// Answers that no function of x gives: y² = x, but for noise. Rows (x, y) with 0 < x < 1.
func branches(_ count: Int, key: RandomKey) -> Tensor<Float> {
  let x = Tensor<Float>(uniform: [count, 1], using: key.folded("x"))
  let side = (Tensor<Float>(uniform: [count, 1], using: key.folded("side")) - 0.5).sign()
  let noise = Tensor<Float>(normal: [count, 1], using: key.folded("noise")) * 0.08
  return Tensor(concatenating: [x, side * x.sqrt() + noise], along: 1)
}

/// Learns p(y | x) ∝ exp(−E(x, y)) from rows: the integral over y by 32 draws a row, new ones at every step.
func regressor(from rows: Tensor<Float>, epochs: Int = 80) throws -> CurveEnergy {
  let box = UniformBox<Float>(lower: Tensor([-1.5]), upper: Tensor([1.5]))
  let key = RandomKey(seed: 0)
  let data = Dataset(rows)
  let trainer = Trainer(
    estimator: LossGradient<CurveEnergy>(
      .negativeLogLikelihood(), over: .drawn(32, from: box, tolerance: 0.2)),
    optimizer: Adam(),
    plan: TrainingPlan(
      epochs: epochs, learningRate: 0.01, schedule: .linear(to: 0), key: key.folded("training")))
  var run = trainer.start(
    CurveEnergy(hidden: 32, key: key.folded("model")),
    data: DataStatistics(of: data, binarization: .none, key: key.folded("statistics")))
  try trainer.train(&run, on: data)
  return run.model
}
// [end: regressor]

// [begin: densities]
/// p(y | x) of every x over a grid of answers, `[x, answers]`, and the grid.
func conditionals(
  of model: CurveEnergy, at x: Tensor<Float>
) -> (grid: [Float], densities: Tensor<Float>) {
  let grid = (-150...150).map { 0.01 * Float($0) }
  let energies = model.energies(
    of: x.reshaped(to: [x.count, 1]), with: Tensor(shape: [grid.count, 1], elements: grid))
  let logIntegrals = (-energies).logSumExp(along: 1, keepingAxis: true) + log(Float(0.01))
  return (grid, (-energies - logIntegrals).exp())
}
// [end: densities]

// [begin: picture]
/// The loss of two answers over the plane of their energies: contours, the way downhill, and the line beyond
/// which the correct answer wins.
func surface(_ loss: EnergyLoss) -> Chart {
  let places = (0...60).map { 0.05 * Double($0) }
  let plane = Tensor(places.flatMap { correct in places.map { [correct, $0] } })
  let values = loss.values(of: plane, correct: [Int](repeating: 0, count: plane.shape[0]))
  let (least, greatest) = (values.losses.min(), values.losses.max())
  let levels = (1...9).map { least + (greatest - least) * Double($0) / 10 }
  var arrows: [(x: Double, y: Double)] = []
  for index in 0..<plane.shape[0] where index % 61 % 10 == 5 && index / 61 % 10 == 5 {
    let (x, y) = (plane[index, 0], plane[index, 1])
    let (dx, dy) = (-values.gradient[index, 0], -values.gradient[index, 1])
    let scale = 0.35 / max(1e-9, hypot(dx, dy)) * min(1, 8 * hypot(dx, dy))
    let (tip, left) = ((x: x + scale * dx, y: y + scale * dy), 0.3 * scale)
    arrows += [
      (x, y), tip, (tip.x - left * (dx - 0.6 * dy), tip.y - left * (dy + 0.6 * dx)), tip,
      (tip.x - left * (dx + 0.6 * dy), tip.y - left * (dy - 0.6 * dx)), (.nan, .nan),
    ]
  }
  return Chart(
    title: loss.name.prefix(1).uppercased() + loss.name.dropFirst(),
    x: Chart.Axis("energy of the correct answer", range: 0...3),
    y: Chart.Axis("energy of the incorrect answer", range: 0...3),
    series: [
      .contours(name: "loss", of: values.losses.elements, x: places, y: places, levels: levels),
      Chart.Series(name: "downhill", points: arrows, mark: .outline),
      Chart.Series(
        name: "equal energies", points: [(0, 0), (3, 3)], mark: .outline, isDashed: true),
    ], hasEqualUnits: true)
}

/// All losses of the table.
func surfaces() -> ChartSheet { ChartSheet(EnergyLoss.table.map(surface)) }

/// The energy that was learnt, and the rows that it was learnt from.
func landscape(of model: CurveEnergy, rows: Tensor<Float>) -> ChartSheet {
  let x = (0...50).map { 0.02 * Float($0) }
  let (grid, densities) = conditionals(of: model, at: Tensor(x))
  return ChartSheet([
    Chart(
      title: "Two branches",
      explanation: "p(y | x) at 0.1, 0.5, 1 and 2 a unit of y, and every fourth row.",
      x: "x", y: Chart.Axis("y", range: -1.4...1.4),
      series: [
        .contours(
          name: "p(y | x)", of: densities.elements.map(Double.init), x: x.map(Double.init),
          y: grid.map(Double.init), levels: [0.1, 0.5, 1, 2]),
        Chart.Series(
          name: "rows",
          points: stride(from: 0, to: rows.shape[0], by: 4).map {
            (Double(rows[$0, 0]), Double(rows[$0, 1]))
          }, mark: .points),
      ])
  ])
}
// [end: picture]
