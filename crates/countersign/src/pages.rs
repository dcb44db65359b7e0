//! Lists whose pages are asked for one after the other (`x-pages`).
//!
//! A stream asks for a page when its caller asks for what is in it, and holds one page at a time. Each page is a call of its
//! own, with its own session, signature, attempts and deadline. After an error the stream ends: nothing is left out in silence,
//! and nothing comes twice.

mod link;
mod position;
mod walk;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use countersign_plan::Text;
use countersign_sign::Call;
use futures_core::Stream;
use serde::de::DeserializeOwned;

pub use position::Position;

use crate::error::Error;
use crate::executor::{Done, Executor};
use crate::response::Response;
use walk::{Turned, Walk};

/// A page on its way, and the list that it is of.
type Asking = Pin<Box<dyn Future<Output = (Walk, Result<Turned, Error>)> + Send>>;

/// The pages of a list, each a call of its own. A [`Stream`] that ends after the last page, or after an error.
///
/// ```no_run
/// # async fn example(mut pages: countersign::Pages<()>) -> Result<(), countersign::Error> {
/// while let Some(page) = pages.next().await {
///     let page = page?;
///     println!("{page:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before the first page is asked for"]
pub struct Pages<T, H = ()> {
    turner: Turner,
    read: ReadPage<T, H>,
}

/// The items of a list, page by page. A [`Stream`] that ends after the last item, or after an error.
///
/// ```no_run
/// # async fn example(mut payments: countersign::Items<()>) -> Result<(), countersign::Error> {
/// while let Some(payment) = payments.next().await {
///     let payment = payment?;
///     println!("{payment:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before the first item is asked for"]
pub struct Items<I> {
    turner: Turner,
    read: Box<Read<I>>,
    /// What is left of the page that came last.
    page: vec::IntoIter<I>,
}

/// Reads a page of an operation.
type ReadPage<T, H> = fn(Done, &Text) -> Result<Response<T, H>, Error>;

/// Reads the items of a page of an operation.
type Read<I> = dyn Fn(Done, &Text) -> Result<Vec<I>, Error> + Send + Sync;

/// Turns from page to page.
struct Turner {
    operation: Text,
    state: State,
    position: Option<Position>,
}

enum State {
    /// A page can be asked for.
    Ready(Box<Walk>),
    Asking(Asking),
    Ended,
}

impl Executor {
    /// The pages of a list, from the one that a call is responded with.
    pub fn pages<T: DeserializeOwned>(&self, call: Call) -> Pages<T> {
        Pages { turner: Turner::new(self, call), read: |done, operation| done.typed(operation) }
    }

    /// The items of a list, which are taken from each of its pages.
    pub fn items<T, I>(&self, call: Call, of: fn(T) -> Vec<I>) -> Items<I>
    where
        T: DeserializeOwned + 'static,
        I: 'static,
    {
        let read = move |done: Done, operation: &Text| Ok(of(done.typed::<T>(operation)?.into_inner()));
        Items { turner: Turner::new(self, call), read: Box::new(read), page: Vec::new().into_iter() }
    }
}

impl<T: DeserializeOwned> Pages<T> {
    /// The same with the headers that the document describes.
    #[doc(hidden)]
    pub fn with_headers<H>(self) -> Pages<T, H> {
        Pages { turner: self.turner, read: |done, operation| done.typed(operation).map(Response::with_headers) }
    }
}

impl<T, H> Pages<T, H> {
    /// Begins at another page than the first: at the [`position`](Self::position) that an earlier reading came to.
    pub fn starting_at(mut self, position: impl Into<Position>) -> Self {
        self.turner.start_at(position.into());
        self
    }

    /// The next page. `None` after the last one, and after an error.
    ///
    /// A future that is dropped loses nothing: the page comes with the next one.
    pub async fn next(&mut self) -> Option<Result<Response<T, H>, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Where the page is that is asked for next; after an error, the one that did not come. `None` where that is the one that
    /// the call's own values say, and where there is none.
    pub fn position(&self) -> Option<&Position> {
        self.turner.position.as_ref()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Response<T, H>, Error>>> {
        self.turner.poll(context, self.read)
    }
}

impl<I> Items<I> {
    /// Begins at another page than the first: at the [`position`](Self::position) that an earlier reading came to.
    pub fn starting_at(mut self, position: impl Into<Position>) -> Self {
        self.turner.start_at(position.into());
        self
    }

    /// The next item. `None` after the last one, and after an error.
    ///
    /// A future that is dropped loses nothing: the item comes with the next one.
    pub async fn next(&mut self) -> Option<Result<I, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Where the page is that is asked for when the items of this one are used up; after an error, the one that did not come.
    /// `None` where that is the one that the call's own values say, and where there is none.
    pub fn position(&self) -> Option<&Position> {
        self.turner.position.as_ref()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<I, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.turner.poll(context, &self.read)) {
                Some(Ok(page)) => self.page = page.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Turner {
    fn new(executor: &Executor, call: Call) -> Self {
        let operation = call.operation().clone();
        Self { operation, state: State::Ready(Box::new(Walk::new(executor.clone(), call))), position: None }
    }

    fn start_at(&mut self, position: Position) {
        if let State::Ready(walk) = &mut self.state {
            walk.position = Some(position.clone());
            self.position = Some(position);
        }
    }

    fn poll<R>(
        &mut self,
        context: &mut Context<'_>,
        read: impl FnOnce(Done, &Text) -> Result<R, Error>,
    ) -> Poll<Option<Result<R, Error>>> {
        let state = std::mem::replace(&mut self.state, State::Ended);
        let mut asking: Asking = match state {
            State::Ready(mut walk) => Box::pin(async move {
                let turned = walk.turn().await;
                (*walk, turned)
            }),
            State::Asking(asking) => asking,
            State::Ended => return Poll::Ready(None),
        };
        let Poll::Ready((walk, turned)) = asking.as_mut().poll(context) else {
            self.state = State::Asking(asking);
            return Poll::Pending;
        };
        let page = turned.and_then(|Turned { done, goes_on }| {
            let page = read(done, &self.operation)?;
            Ok((page, goes_on?))
        });
        Poll::Ready(Some(page.map(|(page, goes_on)| {
            self.position.clone_from(&walk.position);
            if goes_on {
                self.state = State::Ready(Box::new(walk));
            }
            page
        })))
    }
}

impl<T, H> Stream for Pages<T, H> {
    type Item = Result<Response<T, H>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

/// An item is moved on as it came.
impl<I> Unpin for Items<I> {}

impl<I> Stream for Items<I> {
    type Item = Result<I, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

/// The operation, and nothing of what came.
impl<T, H> fmt::Debug for Pages<T, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("operation", &self.turner.operation).finish_non_exhaustive()
    }
}

/// The operation, and nothing of what came.
impl<I> fmt::Debug for Items<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("operation", &self.turner.operation).finish_non_exhaustive()
    }
}
