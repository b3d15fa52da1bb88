import JouleIO
import Testing

/// Chains out of every kind of file, and clear errors out of the others.
@Suite struct ChainFileTests {
  private func load(
    _ files: [(name: String, text: String)], leavingOut burnIn: Int = 0
  ) throws -> ChainFiles {
    let folder = try TemporaryFolder()
    let paths = try files.map { try folder.write(Array($0.text.utf8), as: $0.name) }
    return try ChainFiles.load(paths, leavingOut: burnIn)
  }

  private func failure(_ files: [(name: String, text: String)], leavingOut burnIn: Int = 0)
    -> String
  {
    do {
      _ = try load(files, leavingOut: burnIn)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func aFileIsAChain() throws {
    let chains = try load([
      ("a.csv", "mu,tau\n1,2\n3,4.5\n"), ("b.csv", "mu,tau\n5,6\n7,0.1234567890123456\n"),
    ])
    #expect(chains.draws.variableNames == ["mu", "tau"])
    #expect(chains.draws.values.shape == [2, 2, 2])
    #expect(chains.draws.values.elements == [1, 2, 3, 4.5, 5, 6, 7, 0.1234567890123456])
    let nameless = try load([("a.csv", "1 2\n3 4\n")])
    #expect(nameless.draws.variableNames == ["x[1]", "x[2]"])
    let late = try load([("a.csv", "a\n1\n2\n3\n")], leavingOut: 2)
    #expect(late.draws.values.elements == [3])
  }

  @Test(arguments: [
    ",chain,draw,x\n9,2,1,30\n8,1,2,20\n7,2,2,40\n6,1,1,10\n",
    ".chain,.iteration,.draw,x\n1,1,1,10\n1,2,2,20\n2,1,3,30\n2,2,4,40\n",
    "x,chain__,iter__,draw__\n10,1,1,1\n20,1,2,2\n30,2,1,3\n40,2,2,4\n",
    "chain,x\n0,10\n1,30\n0,20\n1,40\n",
  ]) func columnsTellChainsAndDraws(_ text: String) throws {
    let draws = try load([("t.csv", text)]).draws
    #expect(draws.variableNames == ["x"] && draws.values.shape == [2, 2, 1])
    #expect(draws.values.elements == [10, 20, 30, 40])
  }

  private static let stan = """
    # stan_version_major = 2
    #     num_warmup = 3
    #     save_warmup = true
    #     thin = 2 (Default)
    #       max_depth = 7 (Default)
    lp__,divergent__,treedepth__,theta.1,theta.2,m.1.2
    -9,1,7,0,0,0
    -9,1,7,0,0,0
    """
  private static let rows = "\n-1,0,3,1,2,3\n-2,1,4,4,5,6\n# \n#  Elapsed Time: 1 seconds\n"

  @Test(arguments: ["\n# Adaptation terminated\n# Step size = 0.3", ""])
  func stanIsUnderstood(_ note: String) throws {
    let text = Self.stan + note + Self.rows
    let chains = try load([("1.csv", text), ("2.csv", text)])
    #expect(chains.draws.variableNames == ["lp__", "theta[1]", "theta[2]", "m[1,2]"])
    #expect(chains.draws.values.shape == [2, 2, 4] && chains.warmUpCount == 2)
    #expect(chains.draws.values.elements[..<8] == [-1, 1, 2, 3, -2, 4, 5, 6])
    #expect(chains.treeDepthLimit == 7)
    #expect(chains.samplerColumns["divergent__"]?.elements == [0, 1, 0, 1])
    #expect(chains.samplerColumns["treedepth__"]?.elements == [3, 4, 3, 4])
  }

  /// Where no warm-up was saved, nothing is left out.
  @Test func stanWithoutWarmUpKeepsEverything() throws {
    let text =
      "# stan_version_major = 2\n# num_warmup = 1000\n# save_warmup = 0 (Default)\nlp__,a\n"
      + "# Adaptation terminated\n1,2\n3,4\n"
    let chains = try load([("1.csv", text)])
    #expect(chains.warmUpCount == 0 && chains.draws.values.elements == [1, 2, 3, 4])
  }

  @Test func arraysHaveChainAndDrawFirst() throws {
    let folder = try TemporaryFolder()
    let numbers = (0..<24).map(Double.init)
    for (shape, names, expected) in [
      ([24], ["x"], [1, 24, 1]), ([3, 8], ["x"], [3, 8, 1]),
      ([2, 4, 3], ["x[1]", "x[2]", "x[3]"], [2, 4, 3]),
      ([2, 3, 2, 2], ["x[1,1]", "x[1,2]", "x[2,1]", "x[2,2]"], [2, 3, 4]),
    ] {
      let path = try folder.write(NPY.encode(numbers, shape: shape), as: "x.npy")
      let draws = try ChainFiles.load([path]).draws
      #expect(draws.variableNames == names && draws.values.shape == expected)
      #expect(draws.values.elements == numbers)
      let twice = try ChainFiles.load([path, path]).draws
      #expect(twice.values.shape == [2 * expected[0], expected[1], expected[2]])
    }
  }

  @Test func mistakesAreNamed() {
    let good = ("good.csv", "a,b\n1,2\n3,4\n")
    for (files, words) in [
      ([("x.csv", "a,b\n1,2\n3\n")], ["x.csv", "line 3"]),
      ([("x.csv", "a,b\n1,2\n3,four\n")], ["x.csv", "line 3", "column 2", "'four'"]),
      ([("x.csv", "a,b\n")], ["x.csv", "no draws"]),
      ([("x.csv", "a,a\n1,2\n")], ["x.csv", "'a'"]),
      ([("x.csv", "a,,b\n1,2,3\n")], ["x.csv", "without a name"]),
      ([("x.csv", "chain,draw\n1,1\n")], ["x.csv", "variable"]),
      ([("x.csv", "divergent__\n1\n")], ["x.csv", "variable"]),
      ([("x.csv", "chain,draw,a\n1,1,5\n1,1,6\n")], ["x.csv", "draw 1 twice", "1 and 2"]),
      ([("x.csv", "chain,draw,a\n1,1,5\n1,2,6\n2,1,7\n")], ["x.csv", "1 draws in chain 2"]),
      ([("x.csv", "chain,draw,a\n1.5,1,5\n")], ["x.csv", "1.5", "whole"]),
      ([good, ("x.csv", "a,c\n1,2\n3,4\n")], ["x.csv", "good.csv", "'c'", "'b'"]),
      ([good, ("x.csv", "a,b,c\n1,2,3\n3,4,5\n")], ["x.csv", "good.csv", "column 3"]),
      ([good, ("x.csv", "a,b\n1,2\n")], ["x.csv", "good.csv", "1 draws", "2"]),
      ([("x.csv", "")], ["x.csv", "empty"]),
    ] as [([(name: String, text: String)], [String])] {
      let message = failure(files)
      for word in words { #expect(message.contains(word), "'\(word)' in: \(message)") }
      #expect(!message.contains("\n"))
    }
    #expect(failure([good], leavingOut: 2).contains("2 are to be left out"))
    #expect(failure([("x.csv", Self.stan + "\n# Adaptation terminated\n")]).contains("warm-up"))
  }
}
