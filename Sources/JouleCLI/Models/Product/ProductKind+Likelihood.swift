import Foundation
import Joule

/// log Z of a product by the sum over its states, or between annealing to it and back.
extension ProductKind {
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    let partition: (logPartition: LikelihoodReport.LogPartition?, warnings: [String])
    switch (Values.values, request.method) {
    case (.unit, _):
      partition = try request.partition(of: model.product) {
        try request.bracket(ofBits: model.product, chains: $0, steps: $1)
      }
    case (.real, .exact):
      throw Failure("--exact sums states, and \(Self.title) has no end of them: leave it out")
    case (.real, .automatic):
      partition = try annealed(chains: 100, steps: 1000, request)
    case (.real, .annealed(let chains, let steps)):
      partition = try annealed(chains: chains, steps: steps, request)
    }
    let energies = energies(
      of: request.rows, key: request.key.folded("rows"), on: request.workers)
    let report = LikelihoodReport(
      logPartition: partition.logPartition, energies: energies, warnings: partition.warnings)
    request.display.clear()
    try require(
      report.averageLogLikelihood?.isFinite == true,
      "the log-likelihood is not finite: some row has no probability under the product")
    return report
  }

  private func annealed(
    chains: Int, steps: Int, _ request: LikelihoodRequest
  ) throws -> (logPartition: LikelihoodReport.LogPartition?, warnings: [String]) {
    let bracket = try request.bracket(ofNumbers: model.product, chains: chains, steps: steps)
    return (.init(bracket), [bracket.warning].compactMap(\.self))
  }
}
