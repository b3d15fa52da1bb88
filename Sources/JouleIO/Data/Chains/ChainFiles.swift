public import JouleCore
public import JouleTensor

/// Draws of Markov chains as files hold them.
///
///     let chains = try ChainFiles.load(["run-1.csv", "run-2.csv", "run-3.csv", "run-4.csv"])
///     print(chains.draws.variableNames)
///
/// A file is one of:
///
/// - text with a header, one chain, a row a draw: CSV, TSV, or what Stan writes. Rows that Stan's
///   comments mark as warm-up are left out, and `theta.1.2` becomes `theta[1,2]`;
/// - text with columns `chain` and `draw` beside the variables (`.chain`, `.iteration`, `.draw`,
///   `chain__`, `iter__`, `draw__` too), rows in any order;
/// - NPY of shape `[draw]`, `[chain, draw]`, or `[chain, draw, …]`, whose further axes become `x[1]`,
///   `x[1,2]`, …
///
/// Each may be gzipped. Several files add up their chains.
public struct ChainFiles: Sendable {
  /// `[chain, draw, variable]`.
  public let draws: Draws<Double>
  /// What a sampler says of itself, `[chain, draw]` each: columns whose names end in `__`, such as
  /// `divergent__` and `energy__`, but `lp__`, which is a variable.
  public let samplerColumns: [String: Tensor<Double>]
  /// Draws of each chain that the files mark as warm-up, and that are not among ``draws``.
  public let warmUpCount: Int
  /// The largest tree depth that Stan's comments tell.
  public let treeDepthLimit: Int?

  /// Reads files.
  ///
  /// - Parameters:
  ///   - paths: at least one.
  ///   - burnIn: so many draws more of each chain to be left out.
  ///   - progress: called with the number of files read so far.
  /// - Throws: `ChainFilesError` where a file cannot be read, is not what is described above, or does not go
  ///   with the others.
  public static func load(
    _ paths: [String], leavingOut burnIn: Int = 0, progress: (Int) -> Void = { _ in }
  ) throws(ChainFilesError) -> ChainFiles {
    precondition(!paths.isEmpty && burnIn >= 0, "\(paths.count) files, \(burnIn) draws left out")
    var files: [ChainFile] = []
    for path in paths {
      files.append(try ChainFile.load(path))
      progress(files.count)
    }
    return try ChainFiles(files, leavingOut: burnIn)
  }

  private init(_ files: [ChainFile], leavingOut burnIn: Int) throws(ChainFilesError) {
    let first = files[0]
    for file in files { try file.requireAgreement(with: first) }
    guard burnIn < first.drawCount else {
      throw .burnIn(path: first.path, drawCount: first.drawCount, burnIn: burnIn)
    }
    let kept = burnIn..<first.drawCount
    let isSampler = first.names.map(ChainFile.isSamplerColumn)
    let variables = first.names.indices.filter { !isSampler[$0] }
    guard !variables.isEmpty else { throw .noVariables(path: first.path) }
    let chainCount = files.reduce(0) { $0 + $1.chains.count }

    var values: [Double] = []
    if variables.count == first.names.count, kept.lowerBound == 0, files.count == 1,
      first.chains.count == 1
    {
      values = first.chains[0]
    } else {
      values.reserveCapacity(chainCount * kept.count * variables.count)
      for chain in files.lazy.flatMap(\.chains) {
        if variables.count == first.names.count {
          values += chain[kept.lowerBound * variables.count..<kept.upperBound * variables.count]
          continue
        }
        for draw in kept {
          let row = draw * first.names.count
          for variable in variables { values.append(chain[row + variable]) }
        }
      }
    }
    draws = Draws(
      Tensor(shape: [chainCount, kept.count, variables.count], elements: values),
      variableNames: variables.map { first.names[$0] })

    var columns: [String: Tensor<Double>] = [:]
    for index in first.names.indices where isSampler[index] {
      columns[first.names[index]] = Tensor(
        shape: [chainCount, kept.count],
        elements: files.flatMap(\.chains).flatMap { chain in
          kept.map { chain[$0 * first.names.count + index] }
        })
    }
    samplerColumns = columns
    warmUpCount = first.warmUpCount
    treeDepthLimit = first.treeDepthLimit
  }
}
