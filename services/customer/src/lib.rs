//! Customers: the companies and people outside, whether they are who they are said to be, and what was said and done
//! with them.

mod contact;
mod duplicate;
mod follow_up;
mod identity;
mod interaction;
mod party;
mod words;
