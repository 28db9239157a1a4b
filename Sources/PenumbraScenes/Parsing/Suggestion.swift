import PenumbraTransport

/// `, did you mean 'x'?` when a candidate is close, otherwise nothing.
func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
  Spelling.nearest(to: word, among: candidates).map { ", did you mean '\($0)'?" } ?? ""
}
