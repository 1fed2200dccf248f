//! Parsers of values that are written as text. Their errors show the value and the correct form.

use std::net::SocketAddr;

use ipnet::IpNet;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer};

use crate::look::Colour;

/// Parses an IP address and a port to listen at.
///
/// # Errors
/// A message with the text and the correct form.
pub fn parse_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("{text:?} is not an IP address and a port, such as 127.0.0.1:3000, or [::]:3000 for every address")
    })
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    text.parse().map_err(|_| format!("{text:?} is not a network, such as 10.0.0.0/8, or 192.0.2.7/32 for one address"))
}

pub(super) fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    parse_address(&String::deserialize(from)?).map_err(D::Error::custom)
}

pub(super) fn optional_address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| parse_address(&text)).transpose().map_err(D::Error::custom)
}

pub(super) fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    texts.iter().map(|text| parse_network(text)).collect::<Result<_, _>>().map_err(D::Error::custom)
}

pub(super) fn optional_colour<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Colour>, D::Error> {
    let wrong = |text: &str| format!("{text:?} is not a colour, such as #0b6455");
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| Colour::parse(&text).ok_or_else(|| D::Error::custom(wrong(&text)))).transpose()
}

/// Returns the message of a TOML error in one line, with its place in the text. The faulty line itself is left
/// out, because it may contain a password.
pub fn one_line(error: &toml::de::Error) -> String {
    let drawn = error.to_string();
    let (place, what) = (drawn.lines().next().unwrap_or_default(), error.message().lines().next().unwrap_or_default());
    if error.span().is_some() { format!("{place}: {what}") } else { what.to_owned() }
}
