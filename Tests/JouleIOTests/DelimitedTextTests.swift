import JouleIO
import Testing

@Suite struct DelimitedTextTests {
  private func table(_ text: String) throws -> DelimitedText.Table<Float> {
    try DelimitedText.decode(Array(text.utf8))
  }

  @Test(arguments: [
    "1,2.5\n-3,4e2\n", "1\t2.5\r\n-3\t4e2", "1;2.5\r-3;4e2\r", "1   2.5 \n -3 4e2\n\n",
    "\u{FEFF}1,2.5\n\n# a comment, with a comma\n-3,4e2", "\"1\",\"2.5\"\n\"-3\",400\n",
    " 1 , 2.5\n -3 , 400.0 ",
  ]) func separatorsAndLineEndsAreTold(_ text: String) throws {
    let table = try table(text)
    #expect(table.rowCount == 2 && table.columnCount == 2 && table.header == nil)
    #expect(table.values == [1, 2.5, -3, 400])
  }

  @Test func aFirstLineWithoutNumbersIsAHeader() throws {
    let named = try table("a,\"b, c\",d\n1,2,3\n")
    #expect(named.header == ["a", "b, c", "d"])
    #expect(named.values == [1, 2, 3] && named.columnCount == 3)
    let onlyHeader = try table("a,b\n")
    #expect(onlyHeader.rowCount == 0 && onlyHeader.columnCount == 2)
  }

  @Test func missingAndInfiniteValuesAreRead() throws {
    let values = try table("nan,inf,-inf\nNaN,1,2").values
    #expect(values[0].isNaN && values[1] == .infinity && values[2] == -.infinity)
    #expect(values[3].isNaN)
  }

  @Test(arguments: [
    ("1,2\n3,x\n", 2, 2, "'x'"), ("1,2\n3,\n", 2, 2, "empty"), ("a,1\n2,3\n", 1, 1, "'a'"),
    ("1,2\n# comment\n\n3\n", 4, 2, "missing: the line has 1 cells"),
    ("1,2\n3,4,5\n", 2, 3, "one too many"), ("1,\"2\n", 1, 2, "'\"2'"), (",,\n", 1, 1, "empty"),
    ("1,0x10", 1, 2, "'0x10'"), ("1,\"2\"3", 1, 2, "'\"2\"3'"),
  ]) func mistakesAreNamedByLineAndColumn(
    _ text: String, line: Int, column: Int, found: String
  ) throws {
    do {
      _ = try table(text)
      Issue.record("'\(text)' was read")
    } catch FormatError.cell(let errorLine, let errorColumn, let errorFound, _) {
      #expect(errorLine == line && errorColumn == column && errorFound == found)
    }
  }

  /// The short way to read a number gives the bits of the standard library's.
  @Test func numbersAreRoundedCorrectly() throws {
    var texts = ["0.1", "-0", "+7", ".5", "5.", "123456789012345", "0.000000000000001", "1e-45"]
    texts += (1...5000).map { "\(Double($0 * 7919 % 100_003) / Double($0))" }
    texts += (1...5000).map { "\($0 * 104_729 % 1_000_003).\($0)" }
    let values = try table(texts.joined(separator: "\n")).values
    #expect(values == texts.map { Float(Double($0) ?? .nan) })
  }

  @Test func textIsToldFromBytes() {
    #expect(DelimitedText.isText(Array("1,2\r\n\t".utf8)))
    #expect(!DelimitedText.isText([0x31, 0]))
    #expect(!DelimitedText.isText([]))
  }
}
