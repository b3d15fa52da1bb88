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
    var common = try TrainingOptions<RBMKind>.parse([
      "--binarize", "sample", "--epochs", "400", "--batch-size", "50", "--learning-rate", "0.05",
    ]).settings(of: training)
    common.validation = validation.path
    let own = try RBMOptions.parse(["--hidden", "128"]).settings(columns: common.data.columns)
    try TrainingJob<RBMKind>.new(
      configuration: RunConfiguration(common: common, own: own), training: training,
      validation: validation, output: output, force: true,
      settings: RunSettings(workers: workers, continuation: "\(program) demo"),
      signal: StopSignal()
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
