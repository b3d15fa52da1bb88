import JouleIO
import Testing

@Suite struct JSONTests {
  @Test func valuesKeepTheirOrderAndText() throws {
    let text = #"{"b":1,"a":[true,false,null,-0.5,1e+20,"é\n\"\\\u0001"],"c":{}}"#
    let value = try JSON(parsing: text)
    #expect(value.text == text)
    #expect(value["b"]?.integerValue == 1 && value["c"]?.members?.isEmpty == true)
    #expect(value["a"]?.arrayValue?[3].doubleValue == -0.5)
    #expect(try JSON(parsing: value.indentedText) == value)
  }

  @Test func literalsAndFloatsAreWrittenShortest() {
    let record: JSON = [
      "epoch": 3, "score": JSON(Float(0.1)), "rate": 0.05, "gone": JSON(Double.nan),
    ]
    #expect(record.text == #"{"epoch":3,"score":0.1,"rate":0.05,"gone":null}"#)
    #expect(record.indentedText.hasPrefix("{\n  \"epoch\": 3,\n"))
  }

  @Test func escapesAreUndone() throws {
    #expect(try JSON(parsing: #""\ud83d\ude00\/\b\f\t\u00e9""#) == "😀/\u{8}\u{c}\té")
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "1e", "nul", "\"a", "\"\u{1}\"",
    #""\x""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, #""\u12g4""#, "1 2", "{\"a\" 1}",
    "{1:2}", "1e999", "NaN", "'a'", #"{"a":1,"a":2}"#,
  ]) func whatIsNotJSONIsRefused(_ text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  @Test func deepNestingAndBadUTF8AreRefused() {
    #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xC3, 0x28, 0x22] as [UInt8]) }
  }
}
