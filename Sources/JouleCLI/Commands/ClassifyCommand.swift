import ArgumentParser
import Foundation
import Joule

/// `joule classify`.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Names the class of every row, and says how often a classifier is wrong.",
    discussion: """
      With --labels the error comes with its 95 % interval (Wilson), the confusion matrix, and how far \
      the probabilities can be believed. A machine of bits takes rows of which some values are missing \
      (NaN in an NPY or CSV file): Markov chains fill them in, the given values held, and its \
      probabilities are averaged along them.

      joule classify run/model.safetensors --data t10k-images-idx3-ubyte.gz --labels \
      t10k-labels-idx1-ubyte.gz
      joule classify run/model.safetensors --data rows.npy --output classes.csv
      """)

  @Argument(help: "The model: a safetensors file.")
  var model: String
  @Option(help: "The rows to classify.")
  var data: String
  @Option(help: "The class of every row, a whole number from 0 on: an IDX, NPY or CSV file.")
  var labels: String?
  @Option(help: "How values in [0, 1] become 0 and 1.")
  var binarize = Binarization.none
  @Option(parsing: .unconditional, help: "Steps of the chains that fill in missing values.")
  var gibbsSteps = 200
  @Option(
    help: "Write every row's class and the probabilities of all classes to an NPY or CSV file.")
  var output: String?
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup
  var threads: ThreadOptions
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    if let output { try TableFile.requireName(output) }
    try OptionChecks.positive([("--gibbs-steps", gibbsSteps)])
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    guard let kind = loaded.kind as? any ClassifierKind else {
      throw Failure("\(model) names no classes: it is \(loaded.type.title)")
    }
    let rows = try loaded.rows(
      of: try DataFile.load(data), binarization: binarize,
      allowingMissing: type(of: kind).allowsMissingValues)
    let known = try labels.map { path in
      try LabelFile.load(path).labels(
        rows: rows.dataset.rowCount, classes: kind.classCount, allowingMissing: false
      ).compactMap { $0 }
    }
    let logProbabilities = try self.logProbabilities(kind, rows, on: workers)
    if let place = logProbabilities.elements.firstIndex(where: \.isNaN) {
      throw Failure(
        "the probabilities of row \(place / kind.classCount + 1) of \(data) are not numbers")
    }
    if let output { try write(logProbabilities, to: output) }
    let report = ClassificationReport(logProbabilities: logProbabilities, labels: known)
    print(format == .json ? try encodeJSON(report, pretty: true) : report.text)
  }

  /// Exactly where nothing is missing.
  private func logProbabilities(
    _ kind: some ClassifierKind, _ rows: ModelRows, on workers: Workers
  ) throws -> Tensor<Double> {
    let key = RandomKey(seed: seed).folded("classify")
    let data = rows.dataset
    guard data.hasMissing else {
      return kind.classLogProbabilities(of: rows, key: key, on: workers)
    }
    let display = ProgressDisplay("filling in", isQuiet: false)
    defer { display.clear() }
    var parts: [Tensor<Double>] = []
    let size = 1000
    for first in stride(from: 0, to: data.rowCount, by: size) {
      let range = first..<min(first + size, data.rowCount)
      parts.append(
        kind.classProbabilities(
          ofIncomplete: data.batch(
            range, binarization: rows.binarization,
            using: ChainRandom(key: key.folded("rows"), firstChain: first)),
          steps: gibbsSteps, key: key.folded(UInt64(first)), on: workers))
      display.show(Double(range.upperBound) / Double(data.rowCount))
    }
    return Tensor(concatenating: parts, along: 0).log()
  }

  private func write(_ logProbabilities: Tensor<Double>, to path: String) throws {
    let classes = logProbabilities.argmax(along: 1).map { Double($0) }
    let table = Tensor(
      concatenating: [
        Tensor(shape: [classes.count, 1], elements: classes), logProbabilities.exp(),
      ], along: 1)
    try TableFile.write(
      table, columns: ["class"] + (0..<logProbabilities.shape[1]).map { "p\($0)" }, to: path)
  }
}
