import JouleTensor

/// For every state a list of others, one after another in two arrays.
struct StateLists: Sendable, Equatable {
  /// Where the list of each state begins, and the end of the last.
  private let starts: [Int]
  /// Half the width of an index: a dense chain has as many entries as its matrix.
  private let states: [Int32]

  var count: Int { starts.count - 1 }

  /// The states that each state can go to in one step, ascending.
  init(successorsIn transition: Tensor<Double>) {
    let count = transition.shape[0]
    let elements = transition.elements
    var sizes = [Int](repeating: 0, count: count)
    for row in 0..<count {
      for column in 0..<count where elements[row * count + column] > 0 { sizes[column] += 1 }
    }
    self.init(sizes: sizes) { insert in
      for row in 0..<count {
        for column in 0..<count where elements[row * count + column] > 0 { insert(column, row) }
      }
    }
  }

  private init(sizes: [Int], fill: ((Int, Int) -> Void) -> Void) {
    var starts = [0]
    starts.reserveCapacity(sizes.count + 1)
    for size in sizes { starts.append(starts[starts.count - 1] + size) }
    var ends = starts
    var states = [Int32](repeating: 0, count: starts[sizes.count])
    fill { list, state in
      states[ends[list]] = Int32(state)
      ends[list] += 1
    }
    self.starts = starts
    self.states = states
  }

  /// The lists in which each state stands: predecessors for successors.
  func reversed() -> StateLists {
    var sizes = [Int](repeating: 0, count: count)
    for state in states { sizes[Int(state)] += 1 }
    return StateLists(sizes: sizes) { insert in
      for list in 0..<count {
        for index in range(of: list) { insert(self[index], list) }
      }
    }
  }

  /// Where the list of a state is.
  func range(of state: Int) -> Range<Int> { starts[state]..<starts[state + 1] }

  /// The state at a place.
  subscript(_ index: Int) -> Int { Int(states[index]) }

  /// Which states can be reached from some, those included, without going on from `stops`.
  func reachable(from origins: some Sequence<Int>, stopping stops: [Bool]? = nil) -> [Bool] {
    var isReached = [Bool](repeating: false, count: count)
    var open: [Int] = []
    for state in origins where !isReached[state] {
      isReached[state] = true
      open.append(state)
    }
    while let state = open.popLast() {
      if let stops, stops[state] { continue }
      for index in range(of: state) where !isReached[self[index]] {
        isReached[self[index]] = true
        open.append(self[index])
      }
    }
    return isReached
  }
}
