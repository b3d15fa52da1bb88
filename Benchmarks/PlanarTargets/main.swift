import Foundation
import Joule

// Energies of the plane trained by every method on every target, and how far they end from the truth:
//
//     swift run -c release --package-path Benchmarks PlanarTargets [--targets moons,rings]
//       [--methods cd,sm] [--updates 3000] [--hidden 40] [--seed 0] [--threads 2] [--pictures folder]

BLASThreads.set(1)
let targets: [(name: String, target: PlanarTarget<Float>)] = [
  ("moons", .twoMoons()), ("eight", .eightGaussians()), ("grid", .gaussianGrid()),
  ("rings", .rings()),
]

let options = Options(Array(CommandLine.arguments.dropFirst()))
let chosenTargets = options.list("targets", of: targets.map(\.name))
let chosenMethods = options.list("methods", of: Study.Method.allCases.map(\.rawValue))
let workers = Workers(count: max(1, options.number("threads", 1)))

say(
  "| target | method | KL(truth ‖ model) | mean magnitude | log p of the truth | emptiest | processor s |"
)
say("|---|---|---|---|---|---|---|")
for (name, target) in targets where chosenTargets.contains(name) {
  for method in Study.Method.allCases where chosenMethods.contains(method.rawValue) {
    let study = Study(
      name: name, target: target, method: method, updates: options.number("updates", 3000),
      hidden: options.number("hidden", 40), seed: UInt64(options.number("seed", 0)))
    let begin = clock()
    do {
      let model = try study.trained(on: workers)
      let seconds = Double(clock() - begin) / Double(CLOCKS_PER_SEC)
      let result = try study.result(of: model, on: workers)
      func text(_ value: Double) -> String { String(format: "%.3f", value) }
      say(
        "| \(name) | \(method) | \(text(result.divergence.mean)) ± "
          + "\(text(result.divergence.standardError)) | \(text(result.distance)) | "
          + "\(text(result.truth)) | \(text(result.emptiest)) | \(Int(seconds)) |")
      if let folder = options.text("pictures") {
        let chart = try study.picture(of: model, result.normalization, on: workers)
        try ChartSheet([chart]).save(to: "\(folder)/\(name)-\(method).svg")
      }
    } catch {
      say("| \(name) | \(method) | \(error) | | | | |")
    }
  }
}
