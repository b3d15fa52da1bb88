/// Aligned sequences as text: a line that begins with > before each, one or more lines of letters.
///
/// Sites become numbers of categories: 0 is a gap, then the letters of the alphabet in their order. Of the alphabets
/// -ACGU, -ACGT and the 20 amino acids it is the smallest that holds all letters.
enum FASTA {
  private static let alphabets = ["-ACGU", "-ACGT", "-ACDEFGHIKLMNPQRSTVWY"]
  /// Letters for what is not known; they count as gaps, as alignments have it.
  private static let unknown = "XBZJOUN?.~"

  static func isFASTA(_ bytes: [UInt8]) -> Bool { bytes.first == UInt8(ascii: ">") }

  /// - Returns: `[sequences, sites]`.
  static func decode(_ bytes: [UInt8]) throws(FormatError) -> NumberArray {
    var sequences: [[UInt8]] = []
    var lines: [Int] = []
    for (number, line) in bytes.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    )
    .enumerated() {
      let text = line.filter { $0 > 32 }
      if text.first == UInt8(ascii: ">") {
        sequences.append([])
        lines.append(number + 1)
      } else if !text.isEmpty {
        guard !sequences.isEmpty else {
          throw .unexpected(part: "line 1", found: "a sequence", expected: "a name after >")
        }
        sequences[sequences.count - 1] += text.map { $0 >= 97 && $0 <= 122 ? $0 - 32 : $0 }
      }
    }
    let width = sequences.first?.count ?? 0
    guard width > 0 else { throw .empty }
    if let bad = sequences.firstIndex(where: { $0.count != width }) {
      throw .unexpected(
        part: "the sequence that begins at line \(lines[bad])",
        found: "\(sequences[bad].count) letters",
        expected: "\(width) as the first has (the sequences must be aligned)")
    }
    let codes = try codes(of: Set(sequences.joined()))
    var values: [Float] = []
    values.reserveCapacity(sequences.count * width)
    for (sequence, line) in zip(sequences, lines) {
      for (site, letter) in sequence.enumerated() {
        guard let code = codes[letter] else {
          throw .cell(
            line: line, column: site + 1, found: FormatError.quoted([letter]),
            expected: "a nucleotide, an amino acid or a gap")
        }
        values.append(code)
      }
    }
    return NumberArray(shape: [sequences.count, width], elements: .floats(values))
  }

  /// The codes of letters in the smallest alphabet that holds those found.
  private static func codes(of found: Set<UInt8>) throws(FormatError) -> [UInt8: Float] {
    let gaps = Set(unknown.utf8)
    for alphabet in alphabets {
      let letters = Array(alphabet.utf8)
      let strange = found.subtracting(letters)
      // U is a nucleotide, and no amino acid of the twenty.
      guard strange.isSubset(of: gaps), alphabet.count > 5 || strange.isSubset(of: Set("N?.~".utf8))
      else { continue }
      var codes = Dictionary(uniqueKeysWithValues: letters.enumerated().map { ($1, Float($0)) })
      for letter in strange { codes[letter] = 0 }
      return codes
    }
    let amino = Array(alphabets[2].utf8)
    return Dictionary(uniqueKeysWithValues: amino.enumerated().map { ($1, Float($0)) })
  }
}
