/// The strongly connected components of a graph: the communicating classes of a chain.
///
/// Without recursion, so that a path through thousands of states needs no deep call stack.
///
/// Reference: Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972).
struct StrongComponents {
  /// Of each state the number of its component, numbered by their first states.
  let componentOfState: [Int]
  /// The states of each component, ascending.
  let components: [[Int]]

  /// - Complexity: O(states + transitions).
  init(of graph: StateLists) {
    var search = DepthFirstSearch(graph)
    for state in 0..<graph.count where !search.isVisited(state) { search.visit(state) }
    // Tarjan's order of components depends on the search; that of their first states does not.
    var numbers: [Int: Int] = [:]
    var components: [[Int]] = []
    componentOfState = (0..<graph.count).map { state in
      let label = search.components[state]
      if let number = numbers[label] {
        components[number].append(state)
        return number
      }
      numbers[label] = components.count
      components.append([state])
      return components.count - 1
    }
    self.components = components
  }
}

private struct DepthFirstSearch {
  private let graph: StateLists
  /// The order in which states were found, from zero; −1 before.
  private var order: [Int]
  /// The earliest state on the stack that is known to be reachable.
  private var low: [Int]
  private var isOnStack: [Bool]
  private var stack: [Int] = []
  private var visitedCount = 0
  private var componentCount = 0
  private(set) var components: [Int]

  init(_ graph: StateLists) {
    self.graph = graph
    order = [Int](repeating: -1, count: graph.count)
    low = order
    components = order
    isOnStack = [Bool](repeating: false, count: graph.count)
  }

  func isVisited(_ state: Int) -> Bool { order[state] >= 0 }

  mutating func visit(_ root: Int) {
    /// The path from the root, each state with the successor to look at next.
    var path: [(state: Int, next: Int)] = []
    enter(root, &path)
    while let (state, next) = path.last {
      let range = graph.range(of: state)
      if next < range.upperBound {
        path[path.count - 1].next += 1
        let successor = graph[next]
        if !isVisited(successor) {
          enter(successor, &path)
        } else if isOnStack[successor] {
          low[state] = min(low[state], order[successor])
        }
        continue
      }
      path.removeLast()
      if let parent = path.last?.state { low[parent] = min(low[parent], low[state]) }
      if low[state] == order[state] { closeComponent(of: state) }
    }
  }

  private mutating func enter(_ state: Int, _ path: inout [(state: Int, next: Int)]) {
    order[state] = visitedCount
    low[state] = visitedCount
    visitedCount += 1
    stack.append(state)
    isOnStack[state] = true
    path.append((state, graph.range(of: state).lowerBound))
  }

  private mutating func closeComponent(of root: Int) {
    while let member = stack.popLast() {
      isOnStack[member] = false
      components[member] = componentCount
      if member == root { break }
    }
    componentCount += 1
  }
}
