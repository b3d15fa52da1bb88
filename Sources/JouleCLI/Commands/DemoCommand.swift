import ArgumentParser
import Foundation
import Joule

/// `joule demo`.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Trains a machine on built-in digits, judges it and draws it, in under a minute.",
    discussion: """
      The data are 1797 handwritten digits of 8 by 8 pixels (E. Alpaydin, C. Kaynak, UCI Machine Learning \
      Repository, CC BY 4.0). The last 297 are kept for validation.
      """)

  @Option(help: "The folder of the run; it is made, and replaced if it is there.")
  var output = "demo-run"
  @OptionGroup
  var threads: ThreadOptions

  private static let trainingRows = 1500

  /// The command as it was typed, to be typed again.
  private var program: String { CommandLine.arguments.first ?? "joule" }

  func run() throws {
    let workers = try threads.workers()
    let begin = ContinuousClock.now
    guard
      let path = Bundle.module.path(
        forResource: "digits-images-idx3-ubyte", ofType: "gz", inDirectory: "digits")
    else { throw Failure("the built-in digits are missing: build again") }
    let digits = try DataFile.load(path)
    let all = digits.dataset.rowCount
    let training = digits.keeping(rows: Array(0..<Self.trainingRows), path: "built-in digits")
    let validation = digits.keeping(
      rows: Array(Self.trainingRows..<all),
      path: "built-in digits, the last \(all - Self.trainingRows)")
    var configuration = try TrainRBMOptions.parse([
      "--hidden", "128", "--binarize", "sample", "--epochs", "400", "--batch-size", "50",
      "--learning-rate", "0.05",
    ]).configuration(of: training)
    configuration.validation = validation.path
    let folder = try RunFolder.create(output, force: true)
    try AtomicFile.write(
      try encodeJSON(configuration, pretty: true) + "\n", to: folder.configuration)
    try RBMTraining(
      configuration: configuration, training: training, validation: validation, folder: folder,
      settings: RunSettings(workers: workers, continuation: "\(program) demo"),
      signal: StopSignal(), checkpoint: nil
    ).execute()
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    print(
      """

      Done in \(format(seconds: seconds)).
        Look at   \(output)/report.html     curves, pictures and scores on one page
                  \(output)/samples.png     digits that the machine dreamt up
                  \(output)/filters.png     what each hidden unit looks for
        Try next  \(program) sample \(output)/model.safetensors --output more.png
                  \(program) train rbm --data train-images-idx3-ubyte.gz --binarize sample --output run
      """)
  }
}
