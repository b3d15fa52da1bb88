import Foundation
import Joule
import Testing

/// No kernel and no proposal of the library stands outside the tables of tests.
@Suite struct KernelAuditTests {
  /// The public types of the sources that say that they conform to one of some protocols.
  static func conformers(to protocols: Set<String>) throws -> Set<String> {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var names: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for keyword in ["public struct ", "extension "] {
        for declaration in text.components(separatedBy: "\n" + keyword).dropFirst() {
          let header = declaration.prefix { $0 != "{" }
          let name = String(header.prefix { $0.isLetter || $0.isNumber })
          let conformances = withoutParameters(header.dropFirst(name.count))
          if !protocols.isDisjoint(with: conformances) { names.insert(name) }
        }
      }
    }
    return names
  }

  /// The words of a header behind its type parameters, before its conditions.
  private static func withoutParameters(_ header: Substring) -> [String] {
    var depth = 0
    var rest = ""
    for character in header {
      if character == "<" { depth += 1 }
      if depth == 0 { rest.append(character) }
      if character == ">" { depth -= 1 }
    }
    let clause = rest.components(separatedBy: "where")[0]
    return clause.components(separatedBy: CharacterSet(charactersIn: ":, \n"))
  }

  /// The types that the tables' kernels are made of.
  static let tabled: Set<String> = {
    let types =
      (FiniteKernelTable.kernels + FiniteKernelTable.wrongKernels).map(\.typeName)
      + (ContinuousKernelTable.kernels + ContinuousKernelTable.wrongKernels).map(\.typeName)
      + TemperingTable.cases.map(\.typeName)
    return Set(
      types.joined(separator: " ").components(separatedBy: CharacterSet.alphanumerics.inverted))
  }()

  @Test func everyKernelIsInATable() throws {
    let kernels = try Self.conformers(to: [
      "TransitionKernel", "CompletingKernel", "TunableKernel", "MassTunableKernel",
      "EnumerableKernel",
    ])
    #expect(kernels.count >= 18 && kernels.isSuperset(of: ["Gibbs", "NoUTurnSampler", "Cycle"]))
    #expect(kernels.subtracting(Self.tabled).isEmpty)
  }

  @Test func everyProposalIsInATable() throws {
    let proposals = try Self.conformers(to: [
      "Proposal", "SymmetricProposal", "EnumerableProposal", "EnumerableSymmetricProposal",
    ])
    #expect(proposals.count >= 11 && proposals.isSuperset(of: ["BitFlip", "Symmetric"]))
    #expect(proposals.subtracting(Self.tabled).isEmpty)
  }
}
