//! The page with the list of people: a search, filters, and pages of a hundred.

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use strum::VariantArray as _;

use super::nav::{Part, nav};
use super::require_people::Manager;
use crate::account::activity::rows::role_name;
use crate::admin::Administration;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::accounts::Listed;
use crate::store::records::directory::filter::{PeopleAfter, PeopleFilter, PersonState};
use crate::store::records::people::{Group, GroupId, Role};
use crate::text::Texts;
use crate::web::bounds::{PEOPLE_COUNTED, PEOPLE_LINES};
use crate::web::document::Page;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// Path of the list.
const PATH: &str = "/admin/people";

/// The query of the list: the search, the filters, where the page begins, and what was just done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PeopleQuery {
    q: String,
    role: String,
    group: String,
    state: String,
    after: String,
    done: String,
}

impl PeopleQuery {
    /// Returns the filter; a word that is unknown filters nothing.
    fn filter(&self) -> PeopleFilter {
        PeopleFilter {
            text: self.q.clone(),
            role: self.role.parse().ok(),
            group: GroupId::parse(&self.group),
            state: self.state.parse().ok(),
        }
    }

    /// Returns the path and query of the page that begins behind this account; of the first page if it is `None`.
    fn address(&self, after: Option<&Listed>) -> String {
        let after = after.map(|last| PeopleAfter::of(last).to_string()).unwrap_or_default();
        let pairs = [("q", &self.q), ("role", &self.role), ("group", &self.group), ("state", &self.state)];
        let pairs = pairs.into_iter().chain([("after", &after)]).map(|(name, value)| (name, value.as_str()));
        let given: Vec<_> = pairs.filter(|(_, value)| !value.is_empty()).collect();
        NextPath::home().link_via(PATH, &given)
    }
}

/// The number of people that a filter selects.
enum Count {
    Exact(u64),
    More,
}

/// Counts the people that a filter selects. All accounts are counted by an index; those of a filter only up to
/// [`PEOPLE_COUNTED`].
async fn count(records: &Records, filter: &PeopleFilter) -> Result<Count, Fault> {
    let most = if filter.is_empty() { u32::MAX } else { u32::from(PEOPLE_COUNTED) + 1 };
    let number = records.count_people(filter, most).await?;
    Ok(if number >= u64::from(most) { Count::More } else { Count::Exact(number) })
}

/// `GET /admin/people`: shows one page of the people that the query selects.
pub async fn page(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Query(asked): Query<PeopleQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let (filter, after) = (asked.filter(), asked.after.parse::<PeopleAfter>().ok());
    // One person more than the page has tells whether there are others.
    let mut people = admin.records.people(&filter, after.as_ref(), u32::from(PEOPLE_LINES) + 1).await?;
    let groups = admin.records.all_groups().await?;
    let has_more = people.len() > usize::from(PEOPLE_LINES);
    // What one page shows whole needs no other look at all accounts.
    let number = match u64::try_from(people.len()) {
        Ok(number) if after.is_none() && !has_more => Count::Exact(number),
        _ => count(&admin.records, &filter).await?,
    };
    people.truncate(PEOPLE_LINES.into());
    let next = people.last().filter(|_| has_more).map(|last| asked.address(Some(last)));
    let first = after.is_some().then(|| asked.address(None));
    let lead = match number {
        _ if people.is_empty() && after.is_some() => texts.people.no_more.to_owned(),
        Count::Exact(0) => texts.people.nobody.to_owned(),
        Count::Exact(number) => texts.people.count(number),
        Count::More => texts.people.more_than(PEOPLE_COUNTED.into()),
    };
    let page = Page { class: "wide", ..Page::new(texts, texts.people.title) };
    Ok(admin.site.page(page, move || {
        let (is_empty, is_filtered) = (people.is_empty(), !filter.is_empty());
        view! {
            {nav(texts, who.role, Part::People)}
            <h1>{texts.people.title}</h1>
            {(asked.done == "deleted").then(|| view! { <p class="notice" role="status">{texts.person.done_deleted}</p> })}
            <p><a class="button primary" href="/admin/people/new">{texts.people.add}</a></p>
            {search(texts, &asked, &filter, groups)}
            <p class="lead">
                {lead}
                {is_filtered.then(|| view! { " " <a href=PATH>{texts.people.show_all}</a> })}
            </p>
            {(!is_empty).then(|| view! {
                <ul class="rows">{people.into_iter().map(|person| row(texts, person)).collect_view()}</ul>
            })}
            <p class="pages">
                {first.map(|href| view! { <a href=href>{texts.people.first}</a> " " })}
                {next.map(|href| view! { <a href=href rel="next">{texts.people.next}</a> })}
            </p>
        }
    }))
}

/// Renders the form of the search and the filters. It is sent as a query, so a page of the list can be bookmarked.
fn search(texts: &'static Texts, asked: &PeopleQuery, filter: &PeopleFilter, groups: Vec<Group>) -> AnyView {
    let words = &texts.people;
    let roles =
        [Role::Admin, Role::People, Role::None].map(|role| (role.word().to_owned(), role_name(texts, role).to_owned()));
    let states = PersonState::VARIANTS.iter().map(|state| {
        let name = match state {
            PersonState::Disabled => words.disabled,
            PersonState::NoWayIn => words.no_way_in,
        };
        (state.word().to_owned(), name.to_owned())
    });
    let in_groups: Vec<_> = groups.into_iter().map(|group| (group.id.to_string(), group.name.to_string())).collect();
    let role = filter.role.map_or("", Role::word).to_owned();
    let state = filter.state.map_or("", PersonState::word).to_owned();
    let group = filter.group.map(|group| group.to_string()).unwrap_or_default();
    let is_chosen = [&role, &state, &group].into_iter().any(|chosen| !chosen.is_empty());
    let by_group =
        (!in_groups.is_empty()).then(|| choice("group", words.group, words.any_group, Some("no"), in_groups, &group));
    view! {
        <form class="search" method="get" action=PATH role="search">
            <div class="field">
                <label for="q">{words.search}</label>
                <p class="hint" id="q-hint">{words.search_hint}</p>
                <input id="q" name="q" type="search" value=asked.q.clone() maxlength="100" autocomplete="off" autocapitalize="none"
                    spellcheck="false" aria-describedby="q-hint"/>
            </div>
            <details open=is_chosen>
                <summary>{words.filters}</summary>
                <div>
                    {choice("role", words.role, words.any_role, None, roles.to_vec(), &role)}
                    {by_group}
                    {choice("state", words.state, words.any_state, None, states.collect(), &state)}
                </div>
            </details>
            <button type="submit">{words.show}</button>
        </form>
    }
    .into_any()
}

fn choice(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    translate: Option<&'static str>,
    choices: Vec<(String, String)>,
    chosen: &str,
) -> AnyView {
    let options = choices.into_iter().map(|(word, label)| {
        let is_chosen = word == chosen;
        view! { <option value=word selected=is_chosen translate=translate>{label}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name><option value="">{any}</option>{options}</select>
        </div>
    }
    .into_any()
}

fn row(texts: &'static Texts, listed: Listed) -> impl IntoView {
    let has_way_in = listed.has_way_in;
    let account = listed.account;
    let has_role = account.role != Role::None;
    let is_invited = account.username.is_some() && !has_way_in;
    let username = match account.username {
        Some(username) => view! { <span translate="no">{username}</span> }.into_any(),
        None => texts.people.by_phone.into_any(),
    };
    let email = account.email.map(|email| view! { " · " <span translate="no">{email.to_string()}</span> });
    view! {
        <li>
            <div class="branded">
                <a href=format!("{PATH}/{}", account.id) translate="no">{account.display_name}</a>
                {has_role.then(|| view! { " " <span class="tag plain">{role_name(texts, account.role)}</span> })}
                {account.is_disabled.then(|| view! { " " <span class="tag">{texts.people.is_disabled}</span> })}
                {is_invited.then(|| view! { " " <span class="tag plain">{texts.people.has_no_way_in}</span> })}
            </div>
            <span class="hint">{username} {email}</span>
        </li>
    }
}
