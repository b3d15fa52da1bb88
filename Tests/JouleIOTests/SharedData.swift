import Foundation
import Testing

/// Data sets that lie beside a checkout and are not part of it: under `JOULE_SHARED_DATA`, else in
/// `shared/data` of the folder that the package lies in.
enum SharedData {
  static let folder: String? = {
    var candidates: [String] = []
    if let named = ProcessInfo.processInfo.environment["JOULE_SHARED_DATA"] {
      candidates.append(named)
    }
    var place = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { place.deleteLastPathComponent() }
    candidates.append(place.appendingPathComponent("shared/data").path)
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/mnist") }
  }()

  static func path(_ name: String) -> String { "\(folder ?? "")/\(name)" }

  static let skipped: Comment =
    "the data sets are not there; JOULE_SHARED_DATA names the folder that has mnist/"
}
