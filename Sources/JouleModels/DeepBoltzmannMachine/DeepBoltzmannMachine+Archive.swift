public import JouleCore
import JouleTensor

extension DeepBoltzmannMachine: ArchivableModel {
  public static var kind: String { "dbm" }

  private static var rounds: String { "inference_rounds" }

  /// What the joint machine writes, and the rounds of inference.
  public func archive(into archive: inout Archive) {
    machine.archive(into: &archive)
    archive.metadata[Self.rounds] = String(inferenceRounds)
  }

  /// - Throws: where the joint machine does, when the rounds are no whole number from 0 on, and when hidden units have
  ///   parameters beyond their biases.
  public init(from archive: Archive) throws(ArchiveError) {
    let rounds = archive.metadata[Self.rounds] == nil ? 10 : try archive.integer(Self.rounds)
    guard rounds >= 0 else { throw .malformed(Self.rounds, String(rounds)) }
    let machine = try BoltzmannMachine<Scalar>(from: archive)
    if let layer = machine.layers.dropFirst().first(where: { !$0.isInferred }) {
      throw .inconsistent("inference by means cannot do for its hidden units '\(layer.text)'")
    }
    self.init(machine, inferenceRounds: rounds)
  }
}
