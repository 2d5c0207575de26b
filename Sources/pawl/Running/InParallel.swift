/// Asks about every one of `subjects`, at most `atOnce` together; the answers are in their order.
func inParallel<Subject: Sendable, Answer: Sendable>(
  _ subjects: [Subject], atOnce: Int = 64, _ ask: @Sendable @escaping (Subject) async -> Answer
) async -> [Answer] {
  await withTaskGroup(of: (Int, Answer).self) { group in
    var answers = [Answer?](repeating: nil, count: subjects.count)
    var next = 0
    while next < min(atOnce, subjects.count) {
      let index = next
      group.addTask { (index, await ask(subjects[index])) }
      next += 1
    }
    while let (index, answer) = await group.next() {
      answers[index] = answer
      guard next < subjects.count else { continue }
      let following = next
      group.addTask { (following, await ask(subjects[following])) }
      next += 1
    }
    return answers.compactMap(\.self)
  }
}
