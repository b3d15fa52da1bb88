import Dispatch
import Foundation
import Synchronization

/// Notices Ctrl-C and SIGTERM, so that work can stop where nothing is lost. A second one ends the
/// process at once.
final class StopSignal {
  private final class Flag: Sendable {
    let signal = Atomic<Int32>(0)
  }

  private let flag = Flag()
  private let sources: [any DispatchSourceSignal]

  init() {
    let flag = self.flag
    sources = [SIGINT, SIGTERM].map { number in
      // Without this the default action would end the process before the source hears of it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if flag.signal.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  /// The signal that came, if one did.
  var received: Int32? {
    let value = flag.signal.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }
}
