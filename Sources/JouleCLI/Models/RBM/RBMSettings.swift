/// What `joule train rbm` alone has to know.
struct RBMSettings: EstimatedSettings {
  var hidden: Int

  var summary: [(String, String)] { [("Hidden units", String(hidden))] }
}
