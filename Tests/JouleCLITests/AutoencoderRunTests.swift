import Foundation
import Joule
import Testing

/// `joule train autoencoder`, from a stack of machines to codes.
@Suite(.serialized) struct AutoencoderRunTests {
  @Test func aStackLearnsToCopyAndThreadsChangeNoByte() throws {
    try JouleProcess.withFolder { folder in
      try ClassifyCommandTests.write(300, to: folder)
      try ClassifierRunTests.machine(16, 10, to: "\(folder)/one.safetensors")
      try ClassifierRunTests.machine(10, 3, to: "\(folder)/two.safetensors")
      for threads in ["1", "2"] {
        let result = try JouleProcess.run(
          "train", "autoencoder", "--data", "\(folder)/data.npy", "--from",
          "\(folder)/one.safetensors,\(folder)/two.safetensors", "--epochs", "60", "--batch-size",
          "20",
          "--learning-rate", "0.01", "--output", "\(folder)/run\(threads)", "--threads", threads)
        #expect(result.status == 0, "\(result.errors)")
      }
      let path = "\(folder)/run1/model.safetensors"
      #expect(
        try ClassifyCommandTests.bytes(path)
          == ClassifyCommandTests.bytes("\(folder)/run2/model.safetensors"))
      let errors = try MetricsLog.records("\(folder)/run1/metrics.jsonl").compactMap {
        $0["squared_error"]?.doubleValue
      }
      // The mean of all rows is a copy too: its error is the spread of the pixels.
      let rows: Tensor<Float> = try DataFile.load("\(folder)/data.npy").dataset.batch(0..<300)
      let spread = Double((rows - rows.mean(along: 0)).squared().sum()) / 300
      #expect(errors.last ?? .infinity < spread / 2, "\(errors) of \(spread)")
      let codes = try JouleProcess.run(
        "features", path, "--data", "\(folder)/data.npy", "--layer", "2", "--output",
        "\(folder)/x.npy")
      #expect(codes.status == 0, "\(codes.errors)")
      #expect(try DataFile.load("\(folder)/x.npy").dataset.columnCount == 3)
      let score = try JouleProcess.run("score", path, "--data", "\(folder)/data.npy")
      #expect(score.status == 0, "\(score.errors)")
      try BadInputTests.expectFailure(
        ["classify", path, "--data", "\(folder)/data.npy"], saying: "names no classes", in: folder)
    }
  }
}
