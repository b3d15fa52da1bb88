/// What a report page shows, as plain values in the order of the page.
public struct ReportContent: Sendable {
  /// A number that a reader looks for first.
  public struct Score: Sendable {
    public var name: String
    /// As it is to be read, such as "−84.3 ± 0.2".
    public var value: String
    /// Such as "nats an image"; may be empty.
    public var unit: String
    /// What the number means, and what it does not.
    public var explanation: String

    public init(name: String, value: String, unit: String = "", explanation: String) {
      self.name = name
      self.value = value
      self.unit = unit
      self.explanation = explanation
    }
  }

  /// An image with what it shows.
  public struct Picture: Sendable {
    public var title: String
    public var explanation: String
    public var image: GrayImage

    public init(title: String, explanation: String = "", image: GrayImage) {
      self.title = title
      self.explanation = explanation
      self.image = image
    }
  }

  /// Rows of cells, such as the configuration or timings.
  public struct Table: Sendable {
    public var title: String
    /// Heads of the columns; may be empty.
    public var header: [String]
    public var rows: [[String]]

    public init(title: String, header: [String] = [], rows: [[String]]) {
      self.title = title
      self.header = header
      self.rows = rows
    }
  }

  public var title: String
  /// One or two sentences.
  public var summary: String
  /// What the reader must know to believe the numbers, such as bounds that disagree.
  public var warnings: [String]
  public var scores: [Score]
  public var charts: [Chart]
  public var pictures: [Picture]
  public var tables: [Table]

  public init(
    title: String, summary: String, warnings: [String] = [], scores: [Score] = [],
    charts: [Chart] = [], pictures: [Picture] = [], tables: [Table] = []
  ) {
    self.title = title
    self.summary = summary
    self.warnings = warnings
    self.scores = scores
    self.charts = charts
    self.pictures = pictures
    self.tables = tables
  }
}
