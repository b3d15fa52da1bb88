import Foundation
import Joule
import JouleTestSupport
import Testing

/// What docs/losses.md claims, claim by claim.
@Suite struct LossesGuideTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "LossesExample.swift")
    #expect(sections.count == 5)
    #expect(try PageCode.blocks(ofPage: "docs/losses.md") == sections)
  }

  /// The digits that come with the package: 1,400 to train, 397 to test.
  struct Digits {
    let images: Tensor<Float>
    let labels: [Int]
    let testImages: Tensor<Float>
    let testLabels: [Int]

    init() throws {
      let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/JouleCLI/Resources/digits").path()
      let data = try DataFile.load("\(folder)/digits-images-idx3-ubyte.gz").dataset
      let classes = try DataFile.load("\(folder)/digits-labels-idx1-ubyte.gz").dataset
      let all: Tensor<Float> = data.batch(0..<data.rowCount)
      // Bytes are levels, 255 for 1.
      let names = (classes.batch(0..<classes.rowCount) as Tensor<Float>).elements.map {
        Int(($0 * 255).rounded())
      }
      (images, testImages) = (all.rows(0..<1400), all.rows(1400..<1797))
      (labels, testLabels) = (Array(names[..<1400]), Array(names[1400...]))
    }

    /// The error of the nearest mean image of a class.
    var nearestMeanError: Double {
      let means = (0..<10).map { digit in
        images.rows(at: labels.indices.filter { labels[$0] == digit }).mean(along: 0)
      }
      let errors = testLabels.indices.filter { row in
        let distances = means.map { (testImages.row(row) - $0).squared().sum() }
        return distances.indices.min { distances[$0] < distances[$1] } != testLabels[row]
      }
      return Double(errors.count) / Double(testLabels.count)
    }
  }

  /// With JOULE_FIGURES in the environment the table of the page is printed, of longer runs.
  @Test func goodLossesTrainClassifiers() throws {
    let digits = try Digits()
    #expect(Set(digits.labels) == Set(0..<10))
    let isFull = ProcessInfo.processInfo.environment["JOULE_FIGURES"] != nil
    let losses: [EnergyLoss] = isFull ? EnergyLoss.table : [.negativeLogLikelihood(), .energy]
    for loss in losses {
      let model = try classifier(
        by: loss, images: digits.images, labels: digits.labels,
        epochs: isFull || loss != .energy ? 30 : 3)
      let error = errorRate(of: model, images: digits.testImages, labels: digits.testLabels)
      if isFull { print("\(loss.name): \((1000 * error).rounded() / 10) % of 397") }
      if loss == .energy {
        #expect(error > 0.5, "the energy loss made \(error)")
      } else if !isFull {
        #expect(error < digits.nearestMeanError, "\(loss.name): \(error)")
      }
    }
  }

  /// Both branches are learnt, as no function of x could: the log-likelihood of new rows against that of the law
  /// that made them, and that of the best normal distribution around the mean of y, which is 0 for all x.
  @Test func aRegressorLearnsTwoBranches() throws {
    let rows = branches(1000, key: RandomKey(seed: 541))
    let isFull = ProcessInfo.processInfo.environment["JOULE_FIGURES"] != nil
    let model = try regressor(from: rows, epochs: isFull ? 80 : 25)
    let fresh = branches(400, key: RandomKey(seed: 542))
    let (grid, densities) = conditionals(of: model, at: fresh.columns(0..<1).reshaped(to: [400]))
    var (learnt, truth, normal) = (0.0, 0.0, 0.0)
    for row in 0..<400 {
      let (x, y) = (Double(fresh[row, 0]), Double(fresh[row, 1]))
      let place = min(grid.count - 1, max(0, Int((y * 100).rounded()) + 150))
      learnt += log(Double(densities[row, place])) / 400
      func density(_ mean: Double, _ variance: Double) -> Double {
        exp(-(y - mean) * (y - mean) / (2 * variance)) / (2 * Double.pi * variance).squareRoot()
      }
      truth += log((density(x.squareRoot(), 0.0064) + density(-x.squareRoot(), 0.0064)) / 2) / 400
      normal += log(density(0, x + 0.0064)) / 400
    }
    // Within a quarter of what there is to gain over one branch.
    #expect(learnt > truth - 0.25 * (truth - normal), "\(normal) < \(learnt) < \(truth)")
    if let folder = ProcessInfo.processInfo.environment["JOULE_FIGURES"] {
      print("one branch \(normal), learnt \(learnt), the law itself \(truth) nats a row")
      try landscape(of: model, rows: rows).save(to: "\(folder)/two-branches.svg")
    }
  }

  @Test func theSurfacesAreDrawn() throws {
    let sheet = surfaces()
    for loss in EnergyLoss.table {
      #expect(sheet.svg.contains(loss.name.dropFirst()), "\(loss.name)")
    }
    if let folder = ProcessInfo.processInfo.environment["JOULE_FIGURES"] {
      try sheet.save(to: "\(folder)/losses.svg")
    }
  }
}
