import Foundation
import JouleIO
import JouleTensor
import Testing

/// Aligned sequences.
@Suite struct FASTATests {
  static func load(_ text: String) throws -> LoadedData {
    let folder = try TemporaryFolder()
    return try DataFile.load(try folder.write(Array(text.utf8), as: "a.fasta"))
  }

  @Test func lettersBecomeCategoriesOfTheirAlphabet() throws {
    let protein = try Self.load(">a\nAC-\n>b some words\nYw\r\nX\n")
    #expect(protein.kind == .fasta)
    #expect(protein.dataset.batch(0..<2, as: Float.self) == Tensor([[1, 2, 0], [20, 19, 0]]))
    let rna = try Self.load(">>S1\nACGU-\n")
    #expect(rna.dataset.batch(0..<1, as: Float.self) == Tensor([[1, 2, 3, 4, 0]]))
    let dna = try Self.load(">1\nacgTN\n")
    #expect(dna.dataset.batch(0..<1, as: Float.self) == Tensor([[1, 2, 3, 4, 0]]))
  }

  @Test(
    arguments: [
      (">a\nACD\n>b\nAC\n", "line 3"), (">a\nA1D\n", "column 2"), (">a\n", "empty"),
      (">a\n\n>b\nACD\n", "empty"),
    ])
  func whatIsNoAlignmentIsNamed(text: String, word: String) throws {
    let error = #expect(throws: DataFileError.self) { try Self.load(text) }
    #expect("\(try #require(error))".contains(word), "\(error as Any)")
  }
}
