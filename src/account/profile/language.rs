//! The languages that a person may say they read best: a list to choose from, because few people know their
//! language's tag.

/// A language that a person can choose in the profile as the one they read best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its tag (BCP 47), which apps get as the claim `locale`.
    pub tag: &'static str,
    /// Its name in the language itself.
    pub name: &'static str,
}

impl Language {
    /// All languages that a person can choose in the profile, sorted by name.
    pub const ALL: [Self; 42] = [
        Self::new("id", "Bahasa Indonesia"),
        Self::new("ms", "Bahasa Melayu"),
        Self::new("ca", "Català"),
        Self::new("cs", "Čeština"),
        Self::new("da", "Dansk"),
        Self::new("de", "Deutsch"),
        Self::new("et", "Eesti"),
        Self::new("en-GB", "English (UK)"),
        Self::new("en-US", "English (US)"),
        Self::new("es", "Español"),
        Self::new("fr", "Français"),
        Self::new("hr", "Hrvatski"),
        Self::new("it", "Italiano"),
        Self::new("lv", "Latviešu"),
        Self::new("lt", "Lietuvių"),
        Self::new("hu", "Magyar"),
        Self::new("nl", "Nederlands"),
        Self::new("nb", "Norsk bokmål"),
        Self::new("pl", "Polski"),
        Self::new("pt-BR", "Português (Brasil)"),
        Self::new("pt-PT", "Português (Portugal)"),
        Self::new("ro", "Română"),
        Self::new("sk", "Slovenčina"),
        Self::new("sl", "Slovenščina"),
        Self::new("fi", "Suomi"),
        Self::new("sv", "Svenska"),
        Self::new("vi", "Tiếng Việt"),
        Self::new("tr", "Türkçe"),
        Self::new("el", "Ελληνικά"),
        Self::new("bg", "Български"),
        Self::new("ru", "Русский"),
        Self::new("sr", "Српски"),
        Self::new("uk", "Українська"),
        Self::new("he", "עברית"),
        Self::new("ar", "العربية"),
        Self::new("fa", "فارسی"),
        Self::new("hi", "हिन्दी"),
        Self::new("th", "ไทย"),
        Self::new("ko", "한국어"),
        Self::new("zh-CN", "中文（简体）"),
        Self::new("zh-TW", "中文（繁體）"),
        Self::new("ja", "日本語"),
    ];

    const fn new(tag: &'static str, name: &'static str) -> Self {
        Self { tag, name }
    }

    /// Returns the language with this tag (BCP 47); `None` if [`ALL`](Self::ALL) does not contain it.
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag == tag)
    }
}
