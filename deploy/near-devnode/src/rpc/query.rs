//! `query`: accounts, keys, code, state and view calls, at any block.

use super::{Answer, parse, to_value};
use crate::chain::{Block, Chain};
use crate::runtime::AccountState;
use near_crypto::PublicKeyHandle;
use near_jsonrpc_primitives::types::query::{
    QueryResponseKind, RpcQueryError, RpcQueryRequest, RpcQueryResponse,
};
use near_primitives::account::Account;
use near_primitives::action::GlobalContractIdentifier;
use near_primitives::types::AccountId;
use near_primitives::views::{
    AccessKeyInfoView, AccessKeyList, CallResult, ContractCodeView, QueryRequest, StateItem,
    ViewStateResult,
};
use serde_json::Value;
use std::num::NonZeroU32;
use std::ops::Bound;

/// Largest state in bytes that one unpaged request may read, as on default nodes.
const MAX_VIEWED_STATE: usize = 50_000;

pub(super) fn query(chain: &Chain, params: Value) -> Answer {
    let request: RpcQueryRequest = parse(params)?;
    to_value(run(chain, request)?)
}

fn run(chain: &Chain, request: RpcQueryRequest) -> Result<RpcQueryResponse, RpcQueryError> {
    let Some(block) = chain.find_block(&request.block_reference) else {
        let block_reference = request.block_reference;
        return Err(RpcQueryError::UnknownBlock { block_reference });
    };
    let at = At { chain, block };
    let kind = match request.request {
        QueryRequest::ViewAccount { account_id } => {
            QueryResponseKind::ViewAccount(at.account(&account_id)?.1.into())
        }
        QueryRequest::ViewCode { account_id } => at.code(account_id)?,
        QueryRequest::ViewState { account_id, prefix, after_key, limit, .. } => at.state(
            &account_id,
            prefix.as_ref(),
            after_key.as_ref().map(|key| key.as_slice()),
            limit,
        )?,
        QueryRequest::ViewAccessKey { account_id, public_key } => {
            let key = at.account(&account_id)?.0.keys.get(&PublicKeyHandle::from(&public_key));
            let key = key.cloned().ok_or(RpcQueryError::UnknownAccessKey {
                public_key,
                block_height: block.context.height,
                block_hash: block.hash,
            })?;
            QueryResponseKind::AccessKey(key.into())
        }
        QueryRequest::ViewAccessKeyList { account_id, after_key, limit } => {
            at.key_list(&account_id, after_key, limit)?
        }
        QueryRequest::CallFunction { account_id, method_name, args } => {
            at.call(&account_id, &method_name, args.as_ref())?
        }
        QueryRequest::ViewGasKeyNonces { account_id, public_key } => {
            at.account(&account_id)?;
            return Err(RpcQueryError::UnknownGasKey {
                public_key,
                block_height: block.context.height,
                block_hash: block.hash,
            });
        }
        // Global contracts cannot be deployed to this chain, so none is there.
        QueryRequest::ViewGlobalContractCode { code_hash } => {
            return Err(at.no_global_code(GlobalContractIdentifier::CodeHash(code_hash)));
        }
        QueryRequest::ViewGlobalContractCodeByAccountId { account_id } => {
            return Err(at.no_global_code(GlobalContractIdentifier::AccountId(account_id)));
        }
    };
    Ok(RpcQueryResponse { kind, block_height: block.context.height, block_hash: block.hash })
}

/// The chain as of one block.
struct At<'a> {
    chain: &'a Chain,
    block: &'a Block,
}

impl At<'_> {
    fn account(&self, account_id: &AccountId) -> Result<(&AccountState, &Account), RpcQueryError> {
        let entry = self.block.state.accounts.get(account_id);
        entry.and_then(|entry| Some((entry, entry.account.as_ref()?))).ok_or_else(|| {
            RpcQueryError::UnknownAccount {
                requested_account_id: account_id.clone(),
                block_height: self.block.context.height,
                block_hash: self.block.hash,
            }
        })
    }

    fn no_global_code(&self, identifier: GlobalContractIdentifier) -> RpcQueryError {
        RpcQueryError::NoGlobalContractCode {
            identifier,
            block_height: self.block.context.height,
            block_hash: self.block.hash,
        }
    }

    fn code(&self, account_id: AccountId) -> Result<QueryResponseKind, RpcQueryError> {
        let code = self.account(&account_id)?.0.code.clone();
        let code = code.ok_or(RpcQueryError::NoContractCode {
            contract_account_id: account_id,
            block_height: self.block.context.height,
            block_hash: self.block.hash,
        })?;
        let view = ContractCodeView { code: code.code().to_vec(), hash: *code.hash() };
        Ok(QueryResponseKind::ViewCode(view))
    }

    fn state(
        &self,
        account_id: &AccountId,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: Option<NonZeroU32>,
    ) -> Result<QueryResponseKind, RpcQueryError> {
        let data = &self.account(account_id)?.0.data;
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(after.to_vec()),
            _ => Bound::Included(prefix.to_vec()),
        };
        let mut entries = data
            .range((start, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .peekable();
        let page = limit.map_or(usize::MAX, |limit| limit.get() as usize);
        let (mut values, mut last, mut size) = (Vec::new(), None, 0usize);
        while values.len() < page
            && let Some((key, value)) = entries.next()
        {
            size = size.saturating_add(key.len()).saturating_add(value.len());
            if limit.is_none() && size > MAX_VIEWED_STATE {
                return Err(RpcQueryError::TooLargeContractState {
                    contract_account_id: account_id.clone(),
                    block_height: self.block.context.height,
                    block_hash: self.block.hash,
                });
            }
            last = Some(key.clone());
            values.push(StateItem { key: key.clone().into(), value: value.to_vec().into() });
        }
        let last_key = last.filter(|_| entries.peek().is_some()).map(Into::into);
        Ok(QueryResponseKind::ViewState(ViewStateResult { values, proof: Vec::new(), last_key }))
    }

    fn key_list(
        &self,
        account_id: &AccountId,
        after: Option<PublicKeyHandle>,
        limit: Option<NonZeroU32>,
    ) -> Result<QueryResponseKind, RpcQueryError> {
        let keys = &self.account(account_id)?.0.keys;
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut entries = keys.range((start, Bound::Unbounded)).peekable();
        let page = limit.map_or(usize::MAX, |limit| limit.get() as usize);
        let mut listed = Vec::new();
        while listed.len() < page
            && let Some((public_key, access_key)) = entries.next()
        {
            listed.push(AccessKeyInfoView {
                public_key: public_key.clone(),
                access_key: access_key.clone().into(),
            });
        }
        let more = entries.peek().is_some();
        let last_key = listed.last().filter(|_| more).map(|key| key.public_key.clone());
        Ok(QueryResponseKind::AccessKeyList(AccessKeyList { keys: listed, last_key }))
    }

    fn call(
        &self,
        account_id: &AccountId,
        method: &str,
        args: &[u8],
    ) -> Result<QueryResponseKind, RpcQueryError> {
        let (entry, account) = self.account(account_id)?;
        let block = &self.block.context;
        let result = self.chain.runtime.view(block, entry, account, account_id, method, args);
        match result {
            Ok(view) => Ok(QueryResponseKind::CallResult(CallResult {
                result: view.value,
                logs: view.logs,
            })),
            Err(error) => Err(RpcQueryError::ContractExecutionError {
                vm_error: format!("wasm execution failed with error: {error:?}"),
                error,
                block_height: block.height,
                block_hash: self.block.hash,
            }),
        }
    }
}
