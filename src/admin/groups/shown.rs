//! What the page of a group shows: the group, and one page of its members.

use serde::Deserialize;

use crate::admin::Administration;
use crate::store::Fault;
use crate::store::records::accounts::Listed;
use crate::store::records::directory::filter::{PeopleAfter, PeopleFilter};
use crate::store::records::people::{Group, GroupId};
use crate::web::bounds::PEOPLE_LINES;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// The query of a group's page: the search among the members, where the page of them begins, and what was just done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GroupQuery {
    /// The search among the members; empty for all.
    pub q: String,
    /// The member behind whom the page begins; empty for the first page.
    pub after: String,
    /// The word of what was just done, or empty.
    pub done: String,
}

/// A group with one page of its members.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The group.
    pub group: Group,
    /// The members on this page.
    pub members: Vec<Listed>,
    /// The search among the members.
    pub q: String,
    /// The address of the first page, if this is another one.
    pub first: Option<String>,
    /// The address of the next page; `None` if this is the last one.
    pub next: Option<String>,
}

/// Finds the group whose id is in the path of a request; the error is 404 if there is none.
pub async fn find(admin: &Administration, id: &str) -> Result<Group, Problem> {
    let id = GroupId::parse(id).ok_or_else(Problem::not_found)?;
    admin.records.group(id).await?.ok_or_else(Problem::not_found)
}

impl Shown {
    /// Reads the page of members that a query selects.
    pub async fn read(admin: &Administration, group: Group, asked: &GroupQuery) -> Result<Self, Fault> {
        let filter = PeopleFilter { text: asked.q.clone(), group: Some(group.id), ..PeopleFilter::default() };
        let after = asked.after.parse::<PeopleAfter>().ok();
        let mut members = admin.records.people(&filter, after.as_ref(), u32::from(PEOPLE_LINES) + 1).await?;
        let has_more = members.len() > usize::from(PEOPLE_LINES);
        members.truncate(PEOPLE_LINES.into());
        let address = |after: &str| {
            let given: Vec<_> =
                [("q", &*asked.q), ("after", after)].into_iter().filter(|(_, value)| !value.is_empty()).collect();
            NextPath::home().link_via(&format!("/admin/groups/{}", group.id), &given)
        };
        let next = members.last().filter(|_| has_more).map(|last| address(&PeopleAfter::of(last).to_string()));
        let first = after.map(|_| address(""));
        Ok(Self { group, members, q: asked.q.clone(), first, next })
    }
}
