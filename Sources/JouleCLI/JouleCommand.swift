import ArgumentParser

@main
struct JouleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "joule",
    abstract: "Trains energy-based models, p(x) = exp(−E(x)) / Z, and says how good they are.",
    discussion: """
      First look:       joule demo
      Train:            joule train rbm --data train-images-idx3-ubyte.gz --output run
      Look at it:       open run/report.html
      Judge it:         joule evaluate run/model.safetensors --data t10k-images-idx3-ubyte.gz
      Score rows:       joule score run/model.safetensors --data rows.npy --output scores.csv
      Name classes:     joule classify run/model.safetensors --data rows.npy --output classes.csv
      Draw from it:     joule sample run/model.safetensors --output samples.png
      Multiply models:  joule product a.safetensors b.safetensors --output both.safetensors
      Mix models:       joule mixture a.safetensors b.safetensors --output either.safetensors
      Trust it:         joule verify run/model.safetensors

      Simple laws:      joule fit auto --data numbers.csv
      A Markov chain:   joule markov weather.csv
      Sampled chains:   joule diagnose chain-1.csv chain-2.csv chain-3.csv chain-4.csv
      Noisy images:     joule denoise --image noisy.png --output restored.png
      Spins on a torus: joule ising --size 32 --temperature 1.5:3.5:0.1 --output ising

      Data are IDX, NPY, NPZ, CSV or image files, gzip allowed. The same seed gives the same bytes for any \
      number of threads.
      """,
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, TrainCommand.self, EvaluateCommand.self, ScoreCommand.self,
      ClassifyCommand.self, SampleCommand.self, FeaturesCommand.self, InfoCommand.self,
      ProductCommand.self, MixtureCommand.self, VerifyCommand.self, MarkovCommand.self,
      DiagnoseCommand.self,
      FitCommand.self,
      DenoiseCommand.self, IsingCommand.self, BenchCommand.self,
    ])
}
