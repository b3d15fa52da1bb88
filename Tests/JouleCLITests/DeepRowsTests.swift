import Foundation
import Joule
import JouleTestSupport
import Testing

/// Rows of deep machines judged one by one, and states of hidden layers, as `evaluate` and `sample` give them.
@Suite struct DeepRowsTests {
  typealias Model = DeepBoltzmannMachine<Float>

  /// A machine of 9, 4 and 3 bits with strong couplings, and 30 rows of bits.
  static func write(to folder: String) throws -> (model: Model, rows: Tensor<Float>) {
    let key = RandomKey(seed: 14)
    let widths = [9, 4, 3]
    let model = Model(
      BoltzmannMachine(
        layers: widths.map { UnitLayer(BernoulliUnits($0)) },
        weights: (0..<2).map {
          Tensor(normal: [widths[$0], widths[$0 + 1]], using: key.folded("w\($0)")) * 1.5
        },
        units: widths.indices.map {
          [[Tensor(normal: [widths[$0]], using: key.folded("b\($0)"))]]
        }))
    var archive = Archive()
    model.archive(into: &archive)
    archive.metadata["joule.model"] = Model.kind
    try ModelFile.save(archive, to: "\(folder)/model.safetensors")
    var rows = Tensor<Float>(uniform: [30, 9], using: key.folded("rows"))
    rows.formThreshold(above: 0.5)
    try AtomicFile.write(NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/rows.npy")
    return (model, rows)
  }

  static func report(_ folder: String, _ options: [String]) throws -> JSON {
    let result = try JouleProcess.run(
      [
        "evaluate", "\(folder)/model.safetensors", "--data", "\(folder)/rows.npy", "--format",
        "json",
      ] + options)
    #expect(result.status == 0, "\(result.errors)")
    return try JSON(parsing: result.output)
  }

  /// The mean log-likelihood, latent states summed.
  static func exact(_ model: Model, _ rows: Tensor<Float>) -> Double {
    let machine = BoltzmannMachine<Double>(model.machine)
    let deep = DeepBoltzmannMachine(machine)
    let logs = (0..<rows.shape[0]).map { number in
      let row = Tensor<Double>(rows.rows(number..<number + 1))
      return ExactPartition.logPartition(of: deep.conditioned(on: row.row(0)))
        - deep.dataEnergy(of: row)[0]
    }
    return logs.reduce(0, +) / Double(logs.count) - ExactPartition.logPartition(of: machine)
  }

  @Test func annealedRowsHaveTheLogLikelihoodOfEnumeration() throws {
    try JouleProcess.withFolder { folder in
      let (model, rows) = try Self.write(to: folder)
      let exact = Self.exact(model, rows)
      let options = ["--rows-by", "annealing", "--exact", "--ais-steps", "100"]
      let report = try Self.report(folder, options)
      let estimates = try #require(report["row_estimates"])
      let found = try #require(report["average_log_likelihood"]?.doubleValue)
      let error = try #require(estimates["standard_error"]?.doubleValue)
      let lower = try #require(report["average_log_likelihood_lower"]?.doubleValue)
      let upper = try #require(report["average_log_likelihood_upper"]?.doubleValue)
      #expect(abs(found - exact) < 4.5 * error + 1e-4, "\(found) ± \(error), exact \(exact)")
      #expect(lower <= exact && exact <= upper, "\(lower) to \(upper), exact \(exact)")
      // The bound is another number, beyond any error of these.
      let bound = try Self.report(folder, ["--exact"])["average_log_likelihood"]?.doubleValue
      #expect(try #require(bound) < lower - 0.01, "\(bound ?? 0)")
      #expect(estimates["method"]?.stringValue == "annealing")
      #expect(try Self.report(folder, options + ["--threads", "1"]) == report)
      let few = try Self.report(folder, options + ["--row-count", "7", "--row-chains", "3"])
      #expect(few["rows"]?.integerValue == 7)
      #expect(few["row_estimates"]?["chains"]?.integerValue == 3)
    }
  }

  @Test func raiseComesToTheLogLikelihoodFromBelow() throws {
    try JouleProcess.withFolder { folder in
      let (model, rows) = try Self.write(to: folder)
      let exact = Self.exact(model, rows)
      let report = try Self.report(folder, ["--rows-by", "raise", "--ais-steps", "400"])
      let found = try #require(report["average_log_likelihood"]?.doubleValue)
      let error = try #require(report["row_estimates"]?["standard_error"]?.doubleValue)
      // 400 steps leave a few hundredths of a nat of annealing's own.
      #expect(abs(found - exact) < 4.5 * error + 0.05, "\(found) ± \(error), exact \(exact)")
      #expect(report["log_partition"] == JSON.null)
      #expect(report["row_estimates"]?["method"]?.stringValue == "raise")
    }
  }

  /// With the rows held, layers above are drawn from the posterior: their means are those of enumeration.
  @Test func layersAreDrawnWhereTheChainsEnd() throws {
    try JouleProcess.withFolder { folder in
      let (model, rows) = try Self.write(to: folder)
      let one = rows.rows(0..<1)
      try AtomicFile.write(NPY.encode(one.elements, shape: [1, 9]), to: "\(folder)/one.npy")
      func means(_ layer: Int, _ values: String) throws -> Tensor<Float> {
        let result = try JouleProcess.run(
          "sample", "\(folder)/model.safetensors", "--clamp", "\(folder)/one.npy", "--layer",
          "\(layer)", "--count", "2000", "--gibbs-steps", "20", "--values", values, "--output",
          "\(folder)/layer.npy")
        #expect(result.status == 0, "\(result.errors)")
        let drawn: Tensor<Float> = try DataFile.load("\(folder)/layer.npy").dataset.batch(0..<2000)
        if values == "samples" { #expect(drawn.elements.allSatisfy { $0 == 0 || $0 == 1 }) }
        return drawn.mean(along: 0)
      }
      // Of the machine above the row, every state.
      let above = BoltzmannMachine<Double>(model.conditioned(on: one.row(0)))
      let first: Tensor<Double> = States.all(of: 4)
      let weights = above.energy(of: first).elements.map { exp(-$0) }
      let sum = weights.reduce(0, +)
      let second = above.hiddenMean(given: first)
      for (layer, values) in [(1, first), (2, second)] {
        for kind in ["samples", "means"] {
          let found = try means(layer, kind)
          for unit in 0..<values.shape[1] {
            let exact = (0..<16).reduce(0) { $0 + weights[$1] / sum * values[$1, unit] }
            // 4.5 standard errors of 2,000 bits.
            let error = (exact * (1 - exact) / 2000).squareRoot()
            #expect(
              abs(Double(found[unit]) - exact) < 4.5 * error + 1e-4,
              "layer \(layer), unit \(unit), \(kind): \(found[unit]), exact \(exact)")
          }
        }
      }
    }
  }

  @Test func whatCannotBeMeantIsRefused() throws {
    try JouleProcess.withFolder { folder in
      _ = try Self.write(to: folder)
      // In place of the deep machine a restricted one.
      _ = try EvaluationCommandTests.write(to: folder)
      let (model, data) = ("\(folder)/model.safetensors", "\(folder)/rows.npy")
      for (command, options, part) in [
        ("evaluate", ["--data", data, "--row-count", "5"], "--rows-by"),
        ("evaluate", ["--data", data, "--rows-by", "raise", "--row-chains", "1"], "--row-chains"),
        ("evaluate", ["--data", data, "--rows-by", "raise", "--exact"], "--exact"),
        ("evaluate", ["--data", data, "--rows-by", "annealing"], "exact without it"),
        ("sample", ["--layer", "2", "--output", "\(folder)/x.npy"], "from 1 to 1"),
        ("sample", ["--layer", "1", "--output", "\(folder)/x.png"], ".npy"),
      ] {
        let result = try JouleProcess.run([command, model] + options)
        #expect(result.status == 1, "\(options)")
        #expect(result.errorLines.count == 1 && result.errors.contains(part), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/x.npy"))
      }
    }
  }
}
