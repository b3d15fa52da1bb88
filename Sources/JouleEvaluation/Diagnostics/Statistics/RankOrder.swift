/// Values in ascending order, with room that serves the next values too.
///
/// A radix sort of 32 bits a value: those from the highest bit in which the values differ at all. What
/// they do not tell apart is put right by insertion; where that is more than a little, by a sort that
/// compares.
struct RankOrder {
  /// Where each value of ``sorted`` stood.
  private(set) var order: [Int32]
  /// Ascending; equal values in their old order.
  private(set) var sorted: [Double]
  private var words: [UInt64]
  private var spare: [UInt64]

  private static let digitBits = 11
  private static let digitCount = 3

  init(count: Int) {
    precondition(count <= Int(Int32.max), "\(count) draws of a variable: at most \(Int32.max)")
    order = [Int32](repeating: 0, count: count)
    sorted = [Double](repeating: 0, count: count)
    words = [UInt64](repeating: 0, count: count)
    spare = words
  }

  /// Sorts values without NaN.
  mutating func sort(_ values: [Double]) {
    precondition(values.count == sorted.count, "\(values.count) values, room for \(sorted.count)")
    Self.fill(&words, with: values)
    var counts = Self.digitCounts(words)
    for digit in 0..<Self.digitCount {
      Self.pass(words, into: &spare, digit: digit, counts: &counts)
      swap(&words, &spare)
    }
    Self.unpack(words, values, &order, &sorted)
    if !repairByInsertion() {
      order.sort { (values[Int($0)], $0) < (values[Int($1)], $1) }
      for place in 0..<values.count { sorted[place] = values[Int(order[place])] }
    }
  }

  /// 32 leading bits of each value above its place.
  private static func fill(_ words: inout [UInt64], with source: [Double]) {
    let values = source.span
    var result = words.mutableSpan
    var (least, greatest) = (UInt64.max, UInt64.min)
    for index in 0..<values.count {
      let key = key(values[index])
      least = min(least, key)
      greatest = max(greatest, key)
    }
    let width = greatest < least ? 0 : 64 - (greatest - least).leadingZeroBitCount
    let shift = UInt64(max(0, width - 32))
    for index in 0..<values.count {
      result[index] = ((key(values[index]) - least) &>> shift) &<< 32 | UInt64(index)
    }
  }

  /// Whole numbers in the order of the values; -0 is 0.
  private static func key(_ value: Double) -> UInt64 {
    let bits = (value + 0).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  private static func digit(_ number: Int, of word: UInt64) -> Int {
    Int(truncatingIfNeeded: word &>> UInt64(32 + number * digitBits) & (1 << digitBits - 1))
  }

  /// How often each digit occurs in each place: `[place, digit]`.
  private static func digitCounts(_ source: [UInt64]) -> [Int] {
    let words = source.span
    var counts = [Int](repeating: 0, count: digitCount << digitBits)
    for index in 0..<words.count {
      let word = words[index]
      for number in 0..<digitCount { counts[number << digitBits + digit(number, of: word)] += 1 }
    }
    return counts
  }

  /// One pass of a stable sort by a digit.
  private static func pass(
    _ source: [UInt64], into target: inout [UInt64], digit number: Int, counts: inout [Int]
  ) {
    let words = source.span
    let first = number << digitBits
    var start = 0
    for digit in first..<first + 1 << digitBits {
      (counts[digit], start) = (start, start + counts[digit])
    }
    var result = target.mutableSpan
    var starts = counts.mutableSpan
    for index in 0..<words.count {
      let word = words[index]
      let digit = first + digit(number, of: word)
      result[starts[digit]] = word
      starts[digit] += 1
    }
  }

  private static func unpack(
    _ source: [UInt64], _ unsorted: [Double], _ order: inout [Int32], _ sorted: inout [Double]
  ) {
    let (words, values) = (source.span, unsorted.span)
    var places = order.mutableSpan
    var ascending = sorted.mutableSpan
    for place in 0..<words.count {
      let index = Int(words[place] & 0xFFFF_FFFF)
      places[place] = Int32(truncatingIfNeeded: index)
      ascending[place] = values[index]
    }
  }

  /// - Returns: false where it gave up, everything still there but not in order.
  private mutating func repairByInsertion() -> Bool {
    var patience = 4 * sorted.count
    for place in sorted.indices.dropFirst() where sorted[place] < sorted[place - 1] {
      let (value, index) = (sorted[place], order[place])
      var hole = place
      while hole > 0, value < sorted[hole - 1] {
        (sorted[hole], order[hole]) = (sorted[hole - 1], order[hole - 1])
        hole -= 1
        patience -= 1
      }
      (sorted[hole], order[hole]) = (value, index)
      if patience < 0 { return false }
    }
    return true
  }

  /// How many values are below a bound.
  func firstIndex(from bound: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] >= bound { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
