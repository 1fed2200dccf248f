//! The contract of the records about receipts of approvals.

use std::time::Duration;

use super::super::early_ends::person;
use super::super::now;
use crate::crypto::random::random;
use crate::store::records::Records;
use crate::store::records::receipts::{Chain, CheckpointRow, ReceiptAdded, ReceiptKeyRow, ReceiptRow};
use crate::ticket::ids::{AccountId, TicketId};

fn row(account: AccountId, seq: u64) -> ReceiptRow {
    let ticket = TicketId::from_random(random());
    ReceiptRow { account, seq, ticket, at: now() + Duration::from_secs(seq), line: format!("line {seq}") }
}

async fn adds(records: &Records, row: &ReceiptRow) -> ReceiptAdded {
    records.add_receipt(row.clone()).await.expect("answers")
}

fn checkpoint(account: AccountId, seq: u64) -> CheckpointRow {
    CheckpointRow { account, seq, hash: [u8::try_from(seq).expect("few"); 32], line: format!("checkpoint {seq}") }
}

pub(in super::super) async fn a_receipt_gets_the_next_number_of_its_account_and_a_ticket_has_one(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    assert_eq!(records.receipt_chain(alice).await.expect("answers"), Chain::default());
    let (first, second) = (row(alice, 1), row(alice, 2));
    assert_eq!(adds(&records, &second).await, ReceiptAdded::Behind, "a number is left out");
    assert_eq!(adds(&records, &first).await, ReceiptAdded::Done);
    assert_eq!(adds(&records, &row(alice, 1)).await, ReceiptAdded::Behind, "the number is taken");
    let again = ReceiptRow { ticket: first.ticket, ..row(alice, 2) };
    assert_eq!(adds(&records, &again).await, ReceiptAdded::Behind, "the ticket has a receipt");
    assert_eq!(adds(&records, &second).await, ReceiptAdded::Done);
    let of_bob = ReceiptRow { ticket: first.ticket, ..row(bob, 1) };
    assert_eq!(adds(&records, &of_bob).await, ReceiptAdded::Done, "each account has a chain of its own");
    assert_eq!(adds(&records, &row(AccountId::from_random(random()), 1)).await, ReceiptAdded::NoAccount);

    assert_eq!(records.receipt_for(alice, first.ticket).await.expect("answers"), Some(first.clone()));
    assert_eq!(records.receipt_for(bob, first.ticket).await.expect("answers"), Some(of_bob));
    assert_eq!(records.receipt_for(bob, second.ticket).await.expect("answers"), None);
    let chain = records.receipt_chain(alice).await.expect("answers");
    assert_eq!(chain, Chain { count: 2, newest: Some(second.clone()), checkpoint: None });
    assert_eq!(records.receipts_after(alice, 0, 10).await.expect("answers"), [first, second.clone()]);
    assert_eq!(records.receipts_after(alice, 1, 10).await.expect("answers"), [second]);
    assert_eq!(records.receipts_after(alice, 0, 1).await.expect("answers").len(), 1);
    records.delete_account(alice, now()).await.expect("answers");
    assert_eq!(records.receipts_after(alice, 0, 10).await.expect("answers"), [], "deleted with their account");
}

pub(in super::super) async fn of_receipts_at_one_moment_each_gets_a_number_and_none_is_lost(records: Records) {
    const COUNT: u64 = 24;
    let alice = person(&records, "alice", &[]).await;
    let adding: Vec<_> = (0..COUNT)
        .map(|_| {
            let records = records.clone();
            tokio::spawn(async move {
                let ticket = TicketId::from_random(random());
                loop {
                    let last = records.receipt_chain(alice).await.expect("answers").newest.map_or(0, |row| row.seq);
                    let next = ReceiptRow { ticket, ..row(alice, last + 1) };
                    if adds(&records, &next).await == ReceiptAdded::Done {
                        return next;
                    }
                }
            })
        })
        .collect();
    let mut stored = Vec::new();
    for one in adding {
        stored.push(one.await.expect("ends"));
    }
    stored.sort_by_key(|row| row.seq);
    assert_eq!(stored.iter().map(|row| row.seq).collect::<Vec<_>>(), (1..=COUNT).collect::<Vec<_>>());
    assert_eq!(records.receipts_after(alice, 0, 100).await.expect("answers"), stored);
}

pub(in super::super) async fn a_checkpoint_stands_where_receipts_were_deleted_and_the_numbers_go_on(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    for seq in 1..=4 {
        assert_eq!(adds(&records, &row(alice, seq)).await, ReceiptAdded::Done);
    }
    assert_eq!(adds(&records, &row(bob, 1)).await, ReceiptAdded::Done);
    let old = |seconds, most| {
        let records = records.clone();
        async move {
            let rows = records.old_receipts(now() + Duration::from_secs(seconds), most).await.expect("answers");
            let mut rows: Vec<_> = rows.into_iter().map(|row| (row.account, row.seq)).collect();
            rows.sort_by_key(|(_, seq)| *seq);
            rows
        }
    };
    assert_eq!(old(0, 10).await, []);
    assert_eq!(old(2, 10).await, [(bob, 1), (alice, 2)], "the last one of each account");
    assert_eq!(old(2, 1).await.len(), 1);

    records.prune_receipts(checkpoint(alice, 2)).await.expect("answers");
    let chain = records.receipt_chain(alice).await.expect("answers");
    assert_eq!((chain.count, chain.newest.map(|row| row.seq)), (2, Some(4)));
    assert_eq!(chain.checkpoint, Some(checkpoint(alice, 2)));
    assert_eq!(records.receipt_chain(bob).await.expect("answers").checkpoint, None);
    records.prune_receipts(checkpoint(alice, 4)).await.expect("answers");
    records.prune_receipts(checkpoint(alice, 3)).await.expect("answers");
    let all_gone = Chain { count: 0, newest: None, checkpoint: Some(checkpoint(alice, 4)) };
    assert_eq!(records.receipt_chain(alice).await.expect("answers"), all_gone, "the later one stays");
    assert_eq!(adds(&records, &row(alice, 1)).await, ReceiptAdded::Behind);
    assert_eq!(adds(&records, &row(alice, 5)).await, ReceiptAdded::Done, "no number is given twice");
    records.delete_account(alice, now()).await.expect("answers");
    assert_eq!(records.receipt_chain(alice).await.expect("answers"), Chain::default());
}

pub(in super::super) async fn of_two_keys_of_receipts_that_follow_the_same_one_is_kept_and_old_ones_retire(
    records: Records,
) {
    let key = |kid: &str, follows: &str, hour: u64| ReceiptKeyRow {
        vouched: vec![1; 32],
        kid: kid.to_owned(),
        public: vec![1; 32],
        sealed: Some(vec![2; 9]),
        created_at: now() + Duration::from_secs(3600 * hour),
        follows: follows.to_owned(),
    };
    let adds = async |key: ReceiptKeyRow| records.add_receipt_key(key).await.expect("answers");
    assert!(adds(key("a", "", 0)).await && !adds(key("b", "", 0)).await);
    assert!(adds(key("c", "a", 1)).await && !adds(key("d", "a", 1)).await);
    assert_eq!(records.receipt_keys().await.expect("answers"), [key("a", "", 0), key("c", "a", 1)]);
    records.retire_receipt_keys(now()).await.expect("answers");
    assert_eq!(records.receipt_keys().await.expect("answers")[0].sealed, Some(vec![2; 9]));
    records.retire_receipt_keys(now() + Duration::from_secs(3600)).await.expect("answers");
    let kept = records.receipt_keys().await.expect("answers");
    assert_eq!(kept, [ReceiptKeyRow { sealed: None, ..key("a", "", 0) }, key("c", "a", 1)]);
}
