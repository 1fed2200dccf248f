//! The style sheets name no side by left or right, so that pages are mirrored whole.

/// What the style sheet must not say, because it means the same side in every language.
const PHYSICAL: [&str; 16] = [
    "margin-left",
    "margin-right",
    "padding-left",
    "padding-right",
    "border-left",
    "border-right",
    "border-top-left",
    "border-top-right",
    "border-bottom-left",
    "border-bottom-right",
    "text-align: left",
    "text-align: right",
    "float: left",
    "float: right",
    " left:",
    " right:",
];

#[test]
fn the_style_sheets_name_sides_by_the_direction_of_the_text() {
    for entry in std::fs::read_dir("style").expect("style sheets") {
        let path = entry.expect("an entry").path();
        let style = std::fs::read_to_string(&path).expect("a text");
        for (at, line) in style.lines().enumerate() {
            for physical in PHYSICAL {
                assert!(!line.contains(physical), "{}:{}: {line}", path.display(), at + 1);
            }
        }
    }
}
