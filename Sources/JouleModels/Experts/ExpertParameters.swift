import JouleCore

/// The parameters of several experts as those of one model: `expert0.weights`, `expert0.…`, `expert1.…`.
enum ExpertParameters {
  static func entries<Expert: ParametricEnergy>(
    of experts: [Expert]
  ) -> [ParameterSet<Expert.Scalar>.Entry] {
    experts.enumerated().flatMap { index, expert in
      expert.parameters.entries.map {
        .init(name: "expert\(index).\($0.name)", role: $0.role, value: $0.value)
      }
    }
  }

  /// Where the parameters of each expert stand among all.
  static func ranges<Expert: ParametricEnergy>(of experts: [Expert]) -> [Range<Int>] {
    var end = 0
    return experts.map { expert in
      let start = end
      end += expert.parameters.entries.count
      return start..<end
    }
  }

  static func count<Expert: ParametricEnergy>(of experts: [Expert]) -> Int {
    ranges(of: experts).last?.upperBound ?? 0
  }

  /// Gives experts the values of entries that stand as ``entries(of:)`` has them.
  static func set<Expert: ParametricEnergy>(
    _ entries: some RandomAccessCollection<ParameterSet<Expert.Scalar>.Entry>,
    of experts: inout [Expert]
  ) {
    let values = entries.map(\.value)
    for (index, range) in ranges(of: experts).enumerated() {
      var own = experts[index].parameters
      for (place, entry) in zip(own.entries.indices, range) {
        own.entries[place].value = values[entry]
      }
      experts[index].parameters = own
    }
  }
}
