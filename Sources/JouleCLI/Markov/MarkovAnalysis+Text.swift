import Joule

extension MarkovAnalysis {
  /// More states than this are not listed one by one.
  private static let longestList = 12
  /// Larger tables do not fit a terminal.
  private static let widestTable = 8

  /// The report in words.
  var text: String {
    let sections = [
      introduction, structure, stationarySection, balanceSection, speed, mixingSection,
      timeSection, hittingSection, walkSection,
    ]
    return sections.filter { !$0.isEmpty }.map { TextTable.wrapped($0) + "\n" }
      .joined(separator: "\n")
  }

  private var introduction: String {
    var text =
      "\(path): a Markov chain on \(count(chain.stateCount, "state")): "
      + list(Array(0..<chain.stateCount))
      + "\nT[i, j] is the probability that state i comes next when the chain is in j; columns sum to one."
    if chain.largestSumError > 1e-12 {
      text +=
        "\nSums differed from one by up to \(number(chain.largestSumError)) and were divided out."
    }
    return text
  }

  // MARK: Structure

  private var structure: String {
    var lines = ["WHERE IT CAN GO"]
    if chain.isIrreducible {
      lines.append(
        chain.stateCount == 1
          ? "There is one state, and the chain stays in it."
          : "Every state can be reached from every other: the chain is irreducible.")
      lines += periodLines(chain.classes[0])
    } else {
      lines.append(
        "Not every state can be reached from every other: the chain is reducible. It has "
          + "\(count(chain.closedClasses.count, "closed class", "closed classes")), which it never leaves "
          + "once it is inside:")
      for own in chain.closedClasses {
        let stays = own.states.count == 1 ? ", absorbing: the chain stays there for ever" : ""
        lines.append("  {\(list(own.states))}\(stays)")
        if own.period > 1 { lines += periodLines(own).map { "    " + $0 } }
      }
      if !chain.transientStates.isEmpty {
        lines.append(
          "Transient, left for good after a while: \(list(chain.transientStates))")
      }
    }
    return (lines + [verdict] + absorptionTable).joined(separator: "\n")
  }

  private func periodLines(_ own: CommunicatingClass) -> [String] {
    guard own.period > 1 else {
      return ["Returns are possible after any large number of steps: it is aperiodic."]
    }
    let groups = chain.cyclicGroups(of: own)
    let shown = groups.prefix(6).map { "{\(list($0))}" }.joined(separator: " → ")
    return [
      "Returns are possible after multiples of \(own.period) steps only: it has period \(own.period), and "
        + "goes round",
      "  \(shown)\(groups.count > 6 ? " → …" : "") → {\(list(groups[0]))}",
    ]
  }

  private var verdict: String {
    if chain.isErgodic {
      return "So it is ergodic: from every start, p_t = Tᵗ p₀ tends to one distribution π."
    }
    if chain.forgetsItsStart {
      return
        "So it is not ergodic, since it leaves some states for good. All the same p_t = Tᵗ p₀ tends to "
        + "one distribution π from every start, because there is one closed class, without a period."
    }
    if chain.closedClasses.count == 1 {
      return
        "So it is not ergodic: p_t = Tᵗ p₀ keeps going round and need not have a limit. Its average over "
        + "time does: the one stationary distribution."
    }
    return
      "So it is not ergodic: where it ends depends on where it begins. Each closed class has a stationary "
      + "distribution of its own, and every mixture of them is stationary too."
  }

  private var absorptionTable: [String] {
    guard !chain.transientStates.isEmpty, chain.closedClasses.count <= Self.widestTable else {
      return []
    }
    let shown = chain.transientStates.prefix(Self.longestList)
    let hasChoice = chain.closedClasses.count > 1
    let lines = TextTable.lines(
      heads: ["from"]
        + (hasChoice ? chain.closedClasses.map { "{\(list($0.states, limit: 2))}" } : [])
        + ["steps"],
      rows: shown.map { state in
        [name(state)] + (hasChoice ? absorption.map { probability($0[state]) } : [])
          + [steps(absorptionTimes[state])]
      })
    return [
      hasChoice
        ? "With which probability it ends in each class, and after how many steps on average:"
        : "After how many steps it comes there on average:"
    ] + lines + (shown.count < chain.transientStates.count ? ["  …"] : [])
  }

  // MARK: Stationary distributions

  private var stationarySection: String {
    let title =
      stationary.count == 1
      ? "STATIONARY DISTRIBUTION  π = T π, the share of time in each state in the long run"
      : "STATIONARY DISTRIBUTIONS  π = T π, one for each closed class"
    return ([title] + stationary.indices.flatMap(distributionLines)).joined(separator: "\n")
  }

  private func distributionLines(_ number: Int) -> [String] {
    let own = chain.closedClasses[number].states
    var shown = own
    if own.count > Self.longestList {
      shown = Array(
        own.sorted { stationary[number][$0] > stationary[number][$1] }.prefix(Self.longestList))
    }
    let head = stationary.count == 1 ? [] : ["of {\(list(own))}:"]
    let largest = shown.map { stationary[number][$0] }.max() ?? 1
    let rows = shown.map { state in
      let share = stationary[number][state]
      let length = Int((32 * share / largest).rounded())
      return [name(state), probability(share), String(repeating: "█", count: length)]
    }
    let rest = own.count - shown.count
    return head + TextTable.lines(heads: nil, rows: rows, alignsLastLeft: true)
      + (rest > 0 ? ["  … and \(count(rest, "less probable state"))"] : [])
  }

  private var balanceSection: String {
    var lines = ["DETAILED BALANCE  π_j T[i, j] = π_i T[j, i]"]
    if isReversible {
      lines.append(
        "It holds"
          + (stationary.count > 1 ? " for each of them" : "")
          + " (largest residual \(number(residual))): the chain is reversible, and run backward from π it looks "
          + "the same.")
    } else if let (index, balance) = balances.enumerated().max(by: {
      $0.element.largestAsymmetry < $1.element.largestAsymmetry
    }), let pair = balance.worstPair {
      let pi = stationary[index]
      let there = pi[pair.from] * chain.probability(of: pair.to, after: pair.from)
      let back = pi[pair.to] * chain.probability(of: pair.from, after: pair.to)
      lines.append(
        "It does not hold (largest residual \(number(residual))): from \(name(pair.from)) to \(name(pair.to)) "
          + "flow \(number(there)) a step, back \(number(back)). It is a sufficient condition, not a necessary "
          + "one: π is stationary all the same.")
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Speed

  private var speed: String {
    let shown = spectrum.eigenvalues.prefix(8).map(eigenvalue).joined(separator: ", ")
    var lines = [
      "SPEED",
      "Eigenvalues of T, the largest modulus first: "
        + shown + (spectrum.eigenvalues.count > 8 ? ", …" : ""),
    ]
    if spectrum.spectralGap == 0 {
      let cause =
        chain.closedClasses.count > 1
        ? "one for each closed class" : "one for each group that it goes round through"
      lines.append(
        "More than one has modulus 1 (\(cause)): the spectral gap is 0, and the start is never forgotten."
      )
    } else if chain.stateCount > 1 {
      lines.append(
        "The second largest modulus is \(number(spectrum.secondModulus)): the spectral gap is "
          + "\(number(spectrum.spectralGap)) and the relaxation time 1/gap \(number(spectrum.relaxationTime)) "
          + "steps. In the long run each step leaves \(number(spectrum.secondModulus)) of the distance to π."
      )
    }
    return lines.joined(separator: "\n")
  }

  private var mixingSection: String {
    guard chain.forgetsItsStart else {
      return
        "There is no mixing time: the distance from a stationary distribution does not fall to zero from "
        + "every start."
    }
    guard let mixing else {
      return "Mixing time: more than 10¹⁵ steps; some passages are too improbable to wait for."
    }
    var text =
      "Mixing time: after \(count(mixing.steps, "step")) every start is within \(number(threshold)) of π in total "
      + "variation, and not before."
    if let bounds {
      text +=
        " The eigenvalues alone say at least \(number(bounds.lower))"
        + (bounds.upper.isFinite ? ", at most \(number(bounds.upper))." : ".")
    }
    return text
  }

  private var timeSection: String {
    let shown = chain.stateCount <= Self.widestTable ? Array(0..<chain.stateCount) : mostVisited
    return
      (["FROM \(name(start))  p_t = Tᵗ p₀"]
      + TextTable.lines(
        heads: ["t"] + shown.map(name),
        rows: snapshots.map { snapshot in
          [NumberText.significant(Double(snapshot.steps), digits: 4).wholePart]
            + shown.map { probability(snapshot.probabilities[$0]) }
        } + [["long run"] + shown.map { probability(longRun[$0]) }]))
      .joined(separator: "\n")
  }

  private var mostVisited: [Int] {
    Array(
      (0..<chain.stateCount).sorted {
        (longRun[$0], snapshots[3].probabilities[$0], -$0)
          > (longRun[$1], snapshots[3].probabilities[$1], -$1)
      }.prefix(Self.widestTable))
  }

  private var hittingSection: String {
    let title = "EXPECTED HITTING TIMES  steps until the chain is first there"
    if hittingTimes.count == 1, chain.stateCount > 1, let (target, times) = hittingTimes.first {
      let shown = Array((0..<chain.stateCount).prefix(Self.longestList))
      return
        ([title]
        + TextTable.lines(
          heads: ["from", "to \(name(target))"], rows: shown.map { [name($0), steps(times[$0])] })
        + (shown.count < chain.stateCount ? ["  …"] : [])).joined(separator: "\n")
    }
    guard chain.stateCount > 1, chain.stateCount <= Self.widestTable else { return "" }
    let rows = (0..<chain.stateCount).map { from in
      [name(from)] + hittingTimes.map { steps($0.times[from]) }
    }
    let note = hittingTimes.contains { $0.times.contains(where: \.isInfinite) }
    return
      ([title] + TextTable.lines(heads: ["from \\ to"] + chain.stateNames, rows: rows)
      + (note ? ["∞ where the chain may never come there."] : [])).joined(separator: "\n")
  }

  private var walkSection: String {
    guard let walk else { return "" }
    let first = walk.states.prefix(24).map(name).joined(separator: " ")
    let shown = Array(
      (0..<chain.stateCount).sorted { (walk.shares[$0], -$0) > (walk.shares[$1], -$1) }
        .prefix(Self.longestList))
    return
      (["A WALK of \(count(walk.states.count - 1, "step")), seed \(walk.seed)", "  \(first) …"]
      + TextTable.lines(
        heads: ["", "visited", "long run"],
        rows: shown.map { [name($0), probability(walk.shares[$0]), probability(longRun[$0])] })
      + (chain.closedClasses.count > 1
        ? ["The walk ends in one closed class; the long run is the average over all walks."] : []))
      .joined(separator: "\n")
  }

  // MARK: Words

  private func list(_ states: [Int], limit: Int = 8) -> String {
    let names = states.prefix(states.count > limit ? limit - 1 : limit).map(name)
    return names.joined(separator: ", ")
      + (states.count > limit ? ", … (\(JouleCLI.format(states.count)))" : "")
  }

  private func count(_ number: Int, _ word: String, _ plural: String? = nil) -> String {
    "\(JouleCLI.format(number)) \(number == 1 ? word : plural ?? word + "s")"
  }

  private func number(_ value: Double) -> String { NumberText.significant(value).trimmed }

  private func probability(_ value: Double) -> String {
    value == 0 || value >= 1e-4
      ? NumberText.fixed(value, decimals: 4) : NumberText.significant(value, digits: 2)
  }

  private func steps(_ value: Double) -> String {
    value < 1000 ? NumberText.fixed(value, decimals: 2) : NumberText.significant(value, digits: 5)
  }

  private func eigenvalue(_ value: ChainSpectrum.Eigenvalue) -> String {
    // What is less than rounding of one is not shown as a number.
    let real = abs(value.real) < 1e-14 ? 0 : value.real
    let size = abs(value.imaginary)
    if size < 1e-14 { return number(real) }
    let sign = value.imaginary < 0 ? "−" : "+"
    let part = size == 1 ? "i" : number(size) + "i"
    if real == 0 { return sign == "−" ? "−" + part : part }
    return "\(number(real)) \(sign) \(part)"
  }
}

extension String {
  /// Without zeros at the end of a fraction.
  fileprivate var trimmed: String {
    guard contains("."), !contains("e") else { return self }
    var text = self
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  fileprivate var wholePart: String { String(prefix { $0 != "." }) }
}
